import { type AsOfDate, fromEpochDay } from '../../features/contract/as-of-date.ts';
import type { TenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { Warehouse } from '../../features/warehouse/warehouse.ts';
import { accountChurnScores } from '../scores-mart/account-churn-scores.ts';
import { numbersOf, textsOf } from '../scores-mart/column-values.ts';
import { readSucceededRuns } from '../scores-mart/succeeded-runs.ts';

/** One revision of one account's score as the mart holds it. */
export interface KeptScore {
  readonly accountId: string;
  readonly asOf: AsOfDate;
  readonly modelName: string;
  readonly modelVersion: string;
  readonly revision: number;
  readonly isWithdrawn: boolean;
  /** Ascending horizon. */
  readonly probabilities: readonly { readonly name: string; readonly value: number }[];
  /** The interval of the longest; none where the version did not say how sure it was. */
  readonly interval: readonly { readonly name: string; readonly value: number }[];
  readonly band: string;
  readonly drivers: string;
  readonly featureHash: string;
  readonly runId: string;
  readonly scoredAt: Date;
}

const PROBABILITIES = ['churn_probability_30d', 'churn_probability_60d', 'churn_probability_90d'];
const INTERVAL = ['churn_probability_90d_low', 'churn_probability_90d_high'];

/** Every score of an account, by as-of date, version and revision. */
export async function readKeptScores(
  warehouse: Warehouse,
  reader: TenantReader,
  accountId: string,
): Promise<readonly KeptScore[]> {
  if ((await warehouse.describe(accountChurnScores.relation)).length === 0) return [];
  const scores: KeptScore[] = [];
  const rows = reader.read({
    relation: accountChurnScores.relation,
    columns: accountChurnScores.columns.map(({ name }) => name),
    where: [{ column: 'account_id', is: '=', value: accountId }],
    orderBy: ['as_of_date', 'model_name', 'model_version', 'revision'],
  });
  for await (const batch of rows)
    for (let row = 0; row < batch.rowCount; row++) {
      const text = (name: string) => textsOf(batch, name)[row]!;
      const number = (name: string) => numbersOf(batch, name)[row]!;
      scores.push({
        accountId,
        asOf: fromEpochDay(number('as_of_date')),
        modelName: text('model_name'),
        modelVersion: text('model_version'),
        revision: number('revision'),
        isWithdrawn: number('is_withdrawn') === 1,
        probabilities: PROBABILITIES.map((name) => ({ name, value: number(name) })),
        interval: INTERVAL.map((name) => ({ name, value: number(name) })).filter(
          ({ value }) => !Number.isNaN(value),
        ),
        band: text('risk_band'),
        drivers: text('drivers'),
        featureHash: text('feature_hash'),
        runId: text('run_id'),
        scoredAt: new Date(number('scored_at')),
      });
    }
  return scores;
}

/** The revisions of a day by the version whose scores are served, or were last written. */
export async function servedOf(
  reader: TenantReader,
  asOf: AsOfDate,
  scores: readonly KeptScore[],
): Promise<readonly KeptScore[]> {
  const by = (name: string, version: string) =>
    scores.filter(({ modelName, modelVersion }) => modelName === name && modelVersion === version);
  const run = (await readSucceededRuns(reader)).findLast((one) => one.asOf === asOf);
  const served = run === undefined ? [] : by(run.modelName, run.modelVersion);
  if (served.length > 0) return served;
  const last = scores.reduce((latest, score) => (score.scoredAt >= latest.scoredAt ? score : latest));
  return by(last.modelName, last.modelVersion);
}
