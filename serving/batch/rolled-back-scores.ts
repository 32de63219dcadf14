import { GateRefused } from '../../features/contract/failure.ts';
import type { TenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { ColumnBatch } from '../../features/warehouse/warehouse.ts';
import { accountChurnScores } from '../scores-mart/account-churn-scores.ts';
import { numbersOf, textsOf } from '../scores-mart/column-values.ts';
import type { RolledBackRun } from '../scores-mart/night-rollbacks.ts';
import type { GateResult } from '../scores-mart/score-runs.ts';
import { type ScoredDate, scoredOn } from '../scores-mart/scored-date.ts';

/** Scores of one tenant and date that somebody took back. */
export interface RolledBackScores {
  readonly run: RolledBackRun;
  /** What was scored and what came out, by account. */
  readonly scoreOf: ReadonlyMap<string, string>;
}

/** What a tenant's rollbacks that stand took back for this date and model; null for none. */
export async function readRolledBackScores(
  reader: TenantReader,
  date: ScoredDate,
  rollbacks: readonly RolledBackRun[],
): Promise<RolledBackScores | null> {
  const same = rollbacks.filter(
    ({ tenantId, asOf, modelName, modelVersion }) =>
      tenantId === reader.tenantId &&
      asOf === date.asOf &&
      modelName === date.modelName &&
      modelVersion === date.modelVersion,
  );
  const last = same.at(-1);
  if (last === undefined) return null;
  const scoreOf = new Map<string, string>();
  const rows = reader.read({
    relation: accountChurnScores.relation,
    columns: ['account_id', 'feature_hash', 'churn_probability_90d'],
    where: [
      ...scoredOn(date),
      { column: 'run_id', is: 'in', value: same.map(({ runId }) => runId) },
      { column: 'is_withdrawn', is: '=', value: false },
    ],
    orderBy: ['account_id', 'revision'],
  });
  for await (const batch of rows)
    for (const [accountId, score] of scoresOf(batch)) scoreOf.set(accountId, score);
  return { run: last, scoreOf };
}

/**
 * Would scoring bring back what was taken back?
 *
 * @throws GateRefused where at least half of it would come back as it was
 */
export function gateRolledBackScores(
  batch: ColumnBatch,
  { run, scoreOf }: RolledBackScores,
  where: string,
): GateResult {
  let same = 0;
  for (const [accountId, score] of scoresOf(batch)) if (scoreOf.get(accountId) === score) same += 1;
  const detail = `${same} of ${scoreOf.size} scores that were rolled back come out as they were`;
  if (same === 0 || same * 2 < scoreOf.size) return { gate: 'rolled_back', passed: true, detail };
  throw new GateRefused({
    where,
    what: `${detail} (night ${run.runId}, taken back on ${run.rolledBackAt.toISOString()} by ${run.requestedBy}: ${run.reason})`,
    remedy:
      'mend the data or let another version serve, or give them back with `churn nights undo`; the earlier scores stand',
  });
}

function* scoresOf(batch: ColumnBatch): Generator<readonly [string, string]> {
  const [accountIds, hashes] = [textsOf(batch, 'account_id'), textsOf(batch, 'feature_hash')];
  const probability = numbersOf(batch, 'churn_probability_90d');
  for (let row = 0; row < batch.rowCount; row++)
    yield [accountIds[row]!, `${hashes[row]} ${probability[row]}`];
}
