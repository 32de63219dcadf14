import { randomUUID } from 'node:crypto';
import { refusalOf } from '../../features/marts/build-refused.ts';
import { type BuildReport, readBuildReport } from '../../features/marts/build-report.ts';
import { acrossTenants } from '../../features/warehouse/tenant-warehouse.ts';
import type { Warehouse } from '../../features/warehouse/warehouse.ts';
import { recordBuildRuns } from '../../serving/scores-mart/build-runs.ts';
import { ensureScoresMart } from '../../serving/scores-mart/ensure-scores-mart.ts';
import { runsOf } from './runs-of-build.ts';

/**
 * Reads and records what the last build noticed, for marts that dbt itself built.
 *
 * @throws BuildRefused when a finding breaks its limit; the marts are there all the same
 */
export async function reportBuild(
  warehouse: Warehouse,
  clock: () => Date,
): Promise<{ readonly runId: string; readonly report: BuildReport }> {
  const runId = randomUUID();
  const startedAt = clock();
  const report = await readBuildReport(acrossTenants(warehouse, 'build report'));
  const refusal = refusalOf(report, 'the marts are there all the same');
  await ensureScoresMart(warehouse);
  const status = refusal === undefined ? 'succeeded' : 'refused';
  const error = refusal?.summary ?? null;
  await warehouse.write([
    recordBuildRuns(runsOf({ runId, startedAt, finishedAt: clock(), status, error, marts: [], report })),
  ]);
  if (refusal !== undefined) throw refusal;
  return { runId, report };
}
