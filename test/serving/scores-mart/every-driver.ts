import { toEpochDay } from '../../../features/contract/as-of-date.ts';
import { featureSetHash } from '../../../features/contract/feature-set.ts';
import { featureSetOf } from '../../../features/marts/feature-set.ts';
import { defaultSettings } from '../../../features/settings/default-settings.ts';
import { columnBatchOfRows } from '../../../features/warehouse/column-batch-of-rows.ts';
import type { TableDefinition, Warehouse } from '../../../features/warehouse/warehouse.ts';
import type { Driver, FeatureValue } from '../../../models/scoring/drivers/driver.ts';
import { vocabularyOf } from '../../../models/scoring/drivers/feature-words.ts';
import { accountChurnScores } from '../../../serving/scores-mart/account-churn-scores.ts';
import { writeDrivers } from '../../../serving/scores-mart/driver-codes.ts';
import { ensureScoresMart } from '../../../serving/scores-mart/ensure-scores-mart.ts';
import { featureWordsChange } from '../../../serving/scores-mart/feature-words.ts';
import { scoreRuns } from '../../../serving/scores-mart/score-runs.ts';
import { day, only } from '../small-marts.ts';

const featureSet = featureSetOf(defaultSettings());
const vocabulary = vocabularyOf(featureSet);
const AS_OF = toEpochDay(day('2026-11-16'));

/** A driver told by one feature. */
function driver(
  feature: string,
  contribution: number,
  value: FeatureValue,
  typical: FeatureValue,
  before?: FeatureValue,
) {
  const theme = vocabulary.get(feature)?.theme ?? 'unknown';
  const column = { feature, contribution, value, typical };
  return { theme, contribution, columns: [before === undefined ? column : { ...column, before }] } as Driver;
}

/** Every feature at values of every size, on both sides of what is typical and of what it was, for both signs. */
function everyDriver(): { readonly score: Driver[]; readonly change: Driver[] } {
  const score: Driver[] = [driver('no_such_feature', 0.3, 3, 4)];
  const change: Driver[] = [];
  for (const { name, type, twice } of featureSet.features) {
    const values =
      type === 'category'
        ? [null, 'EUR', "it's"]
        : [null, 0, 0.004, 0.128, 1, 2.25, 9.96, 45.5, -3, 1234.5, 7654321];
    values.forEach((value, at) => {
      const sign = at % 2 === 0 ? 1 : -1;
      const other = values[(at * 3 + 1) % values.length]!;
      score.push(
        driver(name, 0.5 * sign, value, other),
        driver(name, -0.25 * sign, value, value),
        driver(name, 0.1, value, null),
      );
      if (twice !== undefined && typeof value === 'number')
        score.push(driver(name, 0.2 * sign, value, 3, 20));
      change.push(driver(name, 0.4 * sign, value, 3, other), driver(name, -0.3 * sign, value, 3, value));
    });
  }
  return { score, change };
}

/** An account's drivers as the first edition wrote them. */
export const FIRST_EDITION = JSON.stringify([
  {
    feature: 'active_days_28d',
    label: 'active days in the last 28 days',
    value: 3,
    typical: 14,
    contribution: 0.81,
    direction: 'raises',
    sentence: 'Active days in the last 28 days: 3, where 14 is typical (raises the risk)',
    play: 'Call the account',
  },
]);

/** As many drivers each as a night writes. */
const DRIVERS = 5;
const { score, change } = everyDriver();
export const accountsWithEveryDriver = Array.from(
  { length: Math.ceil(Math.max(score.length, change.length) / DRIVERS) },
  (_, at) => ({
    id: `every-${String(at).padStart(5, '0')}`,
    score: score.slice(at * DRIVERS, (at + 1) * DRIVERS),
    change: change.slice(at * DRIVERS, (at + 1) * DRIVERS),
  }),
);

/** Scores of one tenant whose drivers are every feature at every value, and the words for them. */
export async function writeEveryDriver(warehouse: Warehouse): Promise<void> {
  await ensureScoresMart(warehouse);
  const scored = (accountId: string, drivers: string, changeDrivers: string) => ({
    ...{ tenant_id: 'acme', account_id: accountId, as_of_date: AS_OF, model_name: 'm', model_version: 'v1' },
    ...{
      churn_probability_30d: 0.1,
      churn_probability_60d: 0.2,
      churn_probability_90d: 0.3,
      risk_band: 'high',
    },
    ...{
      revision: 1,
      is_withdrawn: false,
      risk_rank: 1,
      drivers,
      change_drivers: changeDrivers,
      feature_hash: 'f',
      run_id: 'r',
      scored_at: 0,
    },
  });
  const run = {
    ...{ run_id: 'r', tenant_id: 'acme', as_of_date: AS_OF, model_name: 'm', model_version: 'v1' },
    ...{ model_alias: 'champion', feature_set_hash: featureSetHash(featureSet), status: 'succeeded' },
    ...{ rows_read: 3, rows_scored: 3, gate_results: '[]', timings: '{}', started_at: 0, finished_at: 0 },
  };
  const append = (table: TableDefinition, rows: Parameters<typeof columnBatchOfRows>[1]) =>
    ({ mode: 'append', table, rows: only(columnBatchOfRows(table.columns, rows)) }) as const;
  await warehouse.write([
    featureWordsChange(featureSet),
    append(accountChurnScores, [
      ...accountsWithEveryDriver.map((account) =>
        scored(account.id, writeDrivers(account.score), writeDrivers(account.change)),
      ),
      scored('first-edition', FIRST_EDITION, '[]'),
      scored('quiet', '[]', '[]'),
    ]),
    append(scoreRuns, [run]),
  ]);
}
