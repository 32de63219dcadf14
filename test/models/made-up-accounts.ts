import type { FeatureColumn, LabelledFrame } from '../../features/contract/feature-frame.ts';
import type { FeatureDefinition, FeatureSet } from '../../features/contract/feature-set.ts';
import { createRandom } from '../../stats/seeded-random.ts';
import { sigmoid } from '../../stats/sigmoid.ts';

const definition = (
  name: string,
  type: FeatureDefinition['type'],
  rest: Partial<FeatureDefinition> = {},
) => ({
  name,
  type,
  label: name.replaceAll('_', ' '),
  unit: type === 'number' ? 'count' : '',
  risk_when: 'either' as const,
  ...rest,
});

/** Every awkward kind of column: windows of one measure, missing values, rare levels, constants, nothing at all. */
export const madeUpFeatureSet: FeatureSet = {
  name: 'made_up',
  version: 1,
  features: [
    definition('active_days_7d', 'number', {
      label: 'active days in the last 7 days',
      unit: 'days',
      risk_when: 'low',
      plays: { up: '', down: 'call them' },
    }),
    definition('active_days_28d', 'number', {
      label: 'active days in the last 28 days',
      unit: 'days',
      risk_when: 'low',
      plays: { up: '', down: 'call them' },
    }),
    definition('open_tickets', 'number', { label: 'open support tickets', risk_when: 'high' }),
    definition('csat', 'number', { label: 'satisfaction score', unit: '', risk_when: 'low' }),
    definition('plan', 'category'),
    definition('annual', 'boolean', { label: 'paid by the year', risk_when: 'low' }),
    definition('always_one', 'number'),
    definition('never_known', 'number'),
  ],
};

export interface MadeUpOptions {
  readonly rows: number;
  readonly seed: number;
  /** As-of dates per account, one week apart; none gives a table without time. */
  readonly weeks?: number;
  readonly targets?: readonly string[];
}

/** Accounts whose churn depends on activity, tickets and plan, with three nested horizons where asked. */
export function madeUpAccounts({
  rows,
  seed,
  weeks = 0,
  targets = ['churned_30d'],
}: MadeUpOptions): LabelledFrame {
  const random = createRandom(seed);
  const number = (): Float64Array => new Float64Array(rows);
  const week = number();
  const month = number();
  const tickets = number();
  const csat = number();
  const annual = number();
  const plan = new Int32Array(rows);
  const labels = targets.map(number);
  for (let row = 0; row < rows; row++) {
    const engagement = random.normal();
    week[row] = Math.max(0, Math.round(3 + 1.5 * engagement + 0.7 * random.normal()));
    month[row] = Math.max(0, Math.round(12 + 6 * engagement + 2 * random.normal()));
    tickets[row] = random.next() < 0.7 ? 0 : random.integer(6);
    csat[row] = random.next() < 0.4 ? Number.NaN : 1 + random.integer(5);
    annual[row] = random.integer(2);
    plan[row] = random.next() < 0.01 ? -1 : Math.min(3, Math.floor(random.next() * 3.01));
    const risk =
      -1.6 - 1.1 * engagement + 0.35 * tickets[row]! + (plan[row] === 0 ? 0.8 : 0) - 0.5 * annual[row]!;
    let churned = false;
    for (const column of labels) {
      churned ||= random.next() < sigmoid(risk);
      column[row] = churned ? 1 : 0;
    }
  }
  const columns = new Map<string, FeatureColumn>([
    ['active_days_7d', { kind: 'number', values: week }],
    ['active_days_28d', { kind: 'number', values: month }],
    ['open_tickets', { kind: 'number', values: tickets }],
    ['csat', { kind: 'number', values: csat }],
    ['plan', { kind: 'category', codes: plan, levels: ['basic', 'pro', 'team', 'legacy'] }],
    ['annual', { kind: 'number', values: annual }],
    ['always_one', { kind: 'number', values: number().fill(1) }],
    ['never_known', { kind: 'number', values: number().fill(Number.NaN) }],
  ]);
  const perAccount = Math.max(1, weeks);
  return {
    frame: { rowCount: rows, columns },
    targets,
    labels,
    groups: Int32Array.from({ length: rows }, (_, row) => Math.floor(row / perAccount)),
    asOfEpochDays:
      weeks === 0 ? null : Int32Array.from({ length: rows }, (_, row) => 20_000 + 7 * (row % weeks)),
    tenantIds:
      weeks === 0
        ? null
        : {
            kind: 'category',
            codes: Int32Array.from({ length: rows }, (_, row) => Math.floor(row / perAccount) % 2),
            levels: ['north', 'south'],
          },
  };
}
