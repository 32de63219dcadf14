import { expect, test } from 'vitest';
import type { Profile } from '../../cli/jobs/profile-features.ts';
import { describeProfile } from '../../cli/printing/describe-profile.ts';
import type { CategoryProfile, NumberProfile } from '../../features/frame/profile-frame.ts';

const number: NumberProfile = {
  feature: 'communicate_active_days_vs_tenant_28d',
  type: 'number',
  label:
    'days with mails, calls and meetings in the last 28 days against the average account of the same tenant',
  unit: 'ratio',
  rows: 118_944,
  missing: 30,
  mean: 12_345_678,
  standard_deviation: 1234.5678,
  min: -0.000123,
  p5: -0.0123456,
  p25: 0,
  median: 999.96,
  p75: 9999.5,
  p95: 87_654.3,
  max: 1e15,
};
const constant: NumberProfile = { ...number, feature: 'always_two', missing: 60_000, min: 2, max: 2 };
const empty: NumberProfile = {
  ...number,
  feature: 'never',
  missing: 118_944,
  mean: null,
  min: null,
  max: null,
};
const category: CategoryProfile = {
  feature: 'plan',
  type: 'category',
  label: 'plan',
  unit: '',
  rows: 118_944,
  missing: 0,
  levels: 1204,
  top: ['growth-annual', 'starter-annual', 'growth-monthly', 'a plan with a rather long name', 'scale'].map(
    (level, index) => ({ level, rows: 20_000 - index }),
  ),
};
const profile: Profile = {
  source: 'tenants-2026-06-28-c2f09ce35264',
  rows: 118_944,
  accounts: 6091,
  tenants: 1,
  first_as_of_date: '2025-04-28',
  last_as_of_date: '2026-06-28',
  labels: [
    { label: 'churned_30d', known: 1000, churned: 24 },
    { label: 'churned_90d', known: 0, churned: 0 },
  ],
  features: [number, constant, empty, category],
};

test.each([80, 120, 200])('fits %d columns and names everything in full', (width) => {
  const text = describeProfile(profile, width);
  expect(text.split('\n').filter((line) => line.length > width)).toEqual([]);
  for (const { feature } of profile.features) expect(text).toContain(feature);
  expect(text).toMatch(/2\.4 % of 1,000 rows/);
  expect(text).toMatch(/churned_90d: not known for any row yet/);
  expect(text.replaceAll(/\s+/g, ' ')).toMatch(/scale 16\.8 %, and 1,199 more/);
  expect(text).toMatch(/6,091 accounts in 1 tenant,/);
});

test('figures stay short and readable', () => {
  const line = describeProfile(profile, 120)
    .split('\n')
    .find((candidate) => candidate.startsWith(number.feature))!;
  expect(line.slice(number.feature.length).trim().split(/ {2,}/)).toEqual([
    '<0.1 %',
    '12.3M',
    '1,235',
    '-1e-4',
    '-0.0123',
    '0',
    '1,000',
    '10,000',
    '87.7K',
    '1e+15',
  ]);
});

test('names features without information', () => {
  const text = describeProfile(profile, 120);
  expect(text).toMatch(/^never has a value: never$/m);
  expect(text).toMatch(/^one value only: always_two$/m);
  expect(text).toMatch(/^missing in more than half of the rows: always_two$/m);
  expect(describeProfile({ ...profile, features: [number] }, 120)).not.toMatch(/one value only/);
});

test('a table without declarations repeats no name', () => {
  const features = [{ ...number, feature: 'TotalCharges', label: 'total charges', unit: '' }];
  const lines = describeProfile({ source: 'customers.csv', rows: 10, labels: [], features }, 120).split('\n');
  expect(lines[0]).toBe('customers.csv: 10 rows; 1 feature');
  expect(lines.filter((line) => /total ?charges/i.test(line))).toHaveLength(1);
});
