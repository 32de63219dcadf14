import { rmSync } from 'node:fs';
import { isEmbedded, relationName, type Warehouse } from '../../../features/warehouse/warehouse.ts';
import { sweepPublishedNights } from '../../../serving/published/sweep-published-nights.ts';
import { closeAllKilledRuns } from '../../../serving/scores-mart/close-killed-runs.ts';
import type { CommandContext } from '../../context/command-context.ts';
import { expiredRows, expiredSnapshots } from './expired.ts';
import { leftFiles } from './left-files.ts';

export interface Sweep {
  /** Nothing was removed: this is what would be. */
  readonly isDryRun: boolean;
  /** Records of runs that were killed and are closed now; null where that was not looked at. */
  readonly killedRunsClosed: number | null;
  /** Files and folders that killed processes left. */
  readonly left: readonly string[];
  /** Files of published nights that no kept night refers to. */
  readonly publishedFiles: readonly string[];
  /** Snapshots beyond their time that no version was trained on. */
  readonly snapshots: readonly string[];
  /** Rows beyond their time, by table. */
  readonly rows: Readonly<Record<string, number>>;
}

/**
 * Removes what killed processes left and what retention no longer keeps. Stopped at any moment, it goes on the next time.
 *
 * @param warehouse Held by the caller: embedded, nobody else is at work on it or on what is made from it
 */
export async function sweep(
  context: CommandContext,
  warehouse: Warehouse,
  { isDryRun }: { readonly isDryRun: boolean },
): Promise<Sweep> {
  const { configuration, clock } = context;
  const now = clock();
  const left = leftFiles(configuration, now, isEmbedded(warehouse));
  const publishedFiles = left.published;
  const snapshots = await expiredSnapshots(context, now);
  const { bounds, counts } = await expiredRows(warehouse, configuration.retention, now);
  let killedRunsClosed: number | null = null;
  if (!isDryRun) {
    for (const path of [...left.paths, ...snapshots]) rmSync(path, { recursive: true, force: true });
    if (publishedFiles.length > 0)
      sweepPublishedNights(configuration.publishedDirectory, configuration.retention.nights);
    if (bounds.length > 0) await warehouse.deleteRowsBefore(bounds);
    // On Snowflake a run may be another host's, at work.
    if (isEmbedded(warehouse)) killedRunsClosed = await closeAllKilledRuns(warehouse, now);
  }
  return {
    isDryRun,
    killedRunsClosed,
    left: left.paths,
    publishedFiles,
    snapshots,
    rows: Object.fromEntries(bounds.map(({ relation }, at) => [relationName(relation), counts[at]!])),
  };
}

export function isNothingSwept({ killedRunsClosed, left, publishedFiles, snapshots, rows }: Sweep): boolean {
  const found = [left, publishedFiles, snapshots, Object.keys(rows)].some(({ length }) => length > 0);
  return !found && (killedRunsClosed ?? 0) === 0;
}
