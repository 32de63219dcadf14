import { mkdtempSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isProcessGone, processMark } from './process-mark.ts';

export type TemporaryUse = 'import' | 'scratch';

const NAME = /^churn-(?:import|scratch)-([0-9a-f]{8}-\d+-[0-9a-f]{8})-\w{6}$/;

/** Nobody can ask a process of another host; what it has not touched for so long is taken to be left behind. */
export const FORGOTTEN_AFTER_MILLISECONDS = 24 * 3_600_000;

/** Makes an empty folder whose name says which process uses it, so that another one can clear it away after a kill. */
export function makeTemporaryFolder(parent: string, use: TemporaryUse): string {
  return mkdtempSync(join(parent, `churn-${use}-${processMark()}-`));
}

/** Folders of makeTemporaryFolder whose process is gone. Absent parents hold none. */
export function leftTemporaryFolders(parent: string, now: Date): string[] {
  return namesIn(parent)
    .flatMap((name) => {
      const mark = NAME.exec(name)?.[1];
      return mark === undefined ? [] : [{ folder: join(parent, name), mark }];
    })
    .filter(({ folder, mark }) => isProcessGone(mark) ?? isForgotten(folder, now))
    .map(({ folder }) => folder);
}

function isForgotten(folder: string, now: Date): boolean {
  const touched = statSync(folder, { throwIfNoEntry: false })?.mtime ?? now;
  return now.getTime() - touched.getTime() > FORGOTTEN_AFTER_MILLISECONDS;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
