import type { Sweep } from '../jobs/sweep/sweep.ts';

/** One line for each kind of thing that was removed; one that says so where there was nothing. */
export function describeSweep(sweep: Sweep): readonly string[] {
  const { isDryRun, killedRunsClosed, left, publishedFiles, snapshots, rows } = sweep;
  const removed = isDryRun ? 'would be removed' : 'removed';
  const lines = [
    ...left.map((path) => `${removed}: ${path}, left by a process that is gone`),
    ...(publishedFiles.length > 0
      ? [`${removed}: ${counted(publishedFiles.length, 'file')} of published nights that are not kept`]
      : []),
    ...snapshots.map((path) => `${removed}: ${path}, beyond its time and not trained on`),
    ...Object.entries(rows).map(
      ([table, count]) => `${removed}: ${counted(count, 'row')} of ${table}, beyond their time`,
    ),
    ...(killedRunsClosed !== null && killedRunsClosed > 0
      ? [`${counted(killedRunsClosed, 'record')} of killed runs closed`]
      : []),
  ];
  return lines.length > 0 ? lines : ['nothing was left behind, and nothing is beyond its time'];
}

function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
