import { quarantinedRows } from '../../../features/ingest/raw-tables.ts';
import { unusedSnapshots } from '../../../features/snapshot/unused-snapshots.ts';
import { isBefore } from '../../../features/warehouse/delete-sql.ts';
import type { RowsBefore, TableDefinition, Warehouse } from '../../../features/warehouse/warehouse.ts';
import { accountChurnScores } from '../../../serving/scores-mart/account-churn-scores.ts';
import { buildRuns } from '../../../serving/scores-mart/build-runs.ts';
import { importRuns } from '../../../serving/scores-mart/import-runs.ts';
import { monitoringFigures } from '../../../serving/scores-mart/monitoring-figures.ts';
import { nightSteps } from '../../../serving/scores-mart/night-steps.ts';
import { scoreRuns } from '../../../serving/scores-mart/score-runs.ts';
import { scoredFeatures } from '../../../serving/scores-mart/scored-features.ts';
import { trainingRuns } from '../../../serving/scores-mart/training-runs.ts';
import type { Retention } from '../../configuration/configuration.ts';
import type { CommandContext } from '../../context/command-context.ts';
import { openRegistry } from '../../context/open-registry.ts';

const DAY_MILLISECONDS = 86_400_000;

/** Runs are kept for `runDays`; those of scoring as long as their scores, since services read them together. */
function keptDaysByTable({ runDays, quarantineDays, scoreDays }: Retention) {
  const kept = (days: number | undefined, column: string, ...tables: readonly TableDefinition[]) =>
    days === undefined ? [] : tables.map(({ relation }) => ({ relation, column, days }));
  return [
    ...kept(runDays, 'started_at', importRuns, buildRuns, trainingRuns, nightSteps),
    ...kept(quarantineDays, 'quarantined_at', quarantinedRows),
    ...kept(runDays, 'measured_at', monitoringFigures),
    ...kept(scoreDays, 'as_of_date', accountChurnScores, scoredFeatures, scoreRuns),
  ];
}

/** Rows that retention no longer keeps, of tables that are there. Marts are dbt's, and past as-of dates of them stay. */
export async function expiredRows(
  warehouse: Warehouse,
  retention: Retention,
  now: Date,
): Promise<{ readonly bounds: readonly RowsBefore[]; readonly counts: readonly number[] }> {
  const bounds: RowsBefore[] = [];
  const counts: number[] = [];
  for (const { relation, column, days } of keptDaysByTable(retention)) {
    const known = await warehouse.describe(relation);
    if (known.length === 0) continue;
    const rows = { relation, column, before: new Date(now.getTime() - days * DAY_MILLISECONDS) };
    let count = 0;
    const selection = { relation, columns: [column], where: [isBefore(rows, known)] };
    for await (const { rowCount } of warehouse.read(selection)) count += rowCount;
    if (count === 0) continue;
    bounds.push(rows);
    counts.push(count);
  }
  return { bounds, counts };
}

/** Snapshots beyond their time that no registered version names. */
export async function expiredSnapshots(
  { configuration, clock }: CommandContext,
  now: Date,
): Promise<readonly string[]> {
  const { snapshotDays } = configuration.retention;
  if (snapshotDays === undefined) return [];
  const versions = await openRegistry(configuration, clock).list();
  const inUse = new Set(versions.map(({ card }) => card.data.snapshot_hash));
  const before = new Date(now.getTime() - snapshotDays * DAY_MILLISECONDS);
  return unusedSnapshots(configuration.snapshotsDirectory, before, inUse);
}
