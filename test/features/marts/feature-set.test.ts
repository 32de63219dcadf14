import { expect, it } from 'vitest';
import { featureSetOf } from '../../../features/marts/feature-set.ts';
import { readMartsManifest } from '../../../features/marts/marts-manifest.ts';
import { defaultSettings } from '../../../features/settings/default-settings.ts';

const featureSet = featureSetOf(defaultSettings());

it('is every column of account_features that is neither key nor context', () => {
  const mart = readMartsManifest(defaultSettings()).models.find(({ name }) => name === 'account_features')!;
  const context = ['tenant_id', 'account_id', 'as_of_date', 'mrr', 'renews_at'];
  expect(featureSet.features.map(({ name }) => name)).toEqual(
    mart.columns.map(({ name }) => name).filter((name) => !context.includes(name)),
  );
  const typeOf = new Map(mart.columns.map(({ name, type }) => [name, type]));
  for (const { name, type } of featureSet.features)
    expect(type, name).toBe(typeOf.get(name) === 'varchar' ? 'category' : 'number');
});

it('gives each feature a distinct label that fits into a sentence', () => {
  const labels = featureSet.features.map(({ label }) => label);
  expect(new Set(labels).size).toBe(labels.length);
  for (const label of labels) expect(label).toMatch(/^[a-z][^.{}_]*[a-z0-9]$/);
});

it('fills kinds and windows into the patterns', () => {
  const named = (name: string) => featureSet.features.find((feature) => feature.name === name);
  expect(named('automate_active_users_14d')).toEqual({
    name: 'automate_active_users_14d',
    type: 'number',
    label: 'users with workflow and API runs in the last 2 weeks',
    unit: 'users',
    risk_when: 'low',
    theme: 'automate',
    wording: {
      up: '{value} with workflow and API runs in the last 2 weeks',
      zero: 'no users with workflow and API runs in the last 2 weeks',
    },
    plays: { up: '', down: 'Call the admin: ask which workflow they stopped using' },
  });
  expect(named('automate_events_28d')?.twice).toBe('automate_events_56d');
  expect(named('automate_events_84d')?.twice).toBeUndefined();
  // Quiet is what a busy kind's risk is low for.
  expect(named('automate_days_since_last_event')?.risk_when).toBe('high');
});

it('gives each feature a theme that has a label', () => {
  const labels = new Map(featureSet.themes?.map(({ code, label }) => [code, label]));
  for (const { name, theme } of featureSet.features) expect(labels.get(theme!), name).toMatch(/^[a-z]/);
});

it('leaves only placeholders that a driver fills in', () => {
  for (const { name, wording, plays } of featureSet.features) {
    for (const text of Object.values(wording ?? {}).filter((text) => typeof text === 'string'))
      expect(text.replaceAll(/\{(value|size|number|before|moved)\}/g, ''), name).not.toMatch(/[{}_]/);
    expect(`${plays?.up}${plays?.down}`, name).not.toMatch(/[{}_]/);
  }
});
