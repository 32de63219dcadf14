import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OperationFailed } from '../../features/contract/failure.ts';
import { syncDirectory, writeSynced } from './atomic-write.ts';
import type { ChampionLog } from './champion-log.ts';

/** No model can have this name. */
const FOLDER = '.champions';
const CHANGE_FILE = 'change.json';
const REVISION = /^[1-9]\d*$/;
/** A change on its way is named for the revision that it wants to become. */
const INCOMING = /^\.incoming-(\d+)-/;

/**
 * The log in a local directory: `.champions/<scope>/<revision>/change.json`.
 *
 * There is no lock that a killed process could leave behind: a change is written to the side, synced, and renamed to
 * the next revision. A rename never replaces a directory with a file in it, so of two writers one is told that it was
 * too late. What a killed writer leaves is swept by the next change.
 */
export function openLocalChampionLog(modelsDirectory: string): ChampionLog {
  const root = join(modelsDirectory, FOLDER);
  const contentOf = (key: string, revision: number): Promise<string | null> =>
    readFile(join(root, key, String(revision), CHANGE_FILE), 'utf8').catch(() => null);
  const lastRevision = async (key: string): Promise<number> =>
    Math.max(0, ...revisionsIn(await entriesOf(join(root, key))));

  return {
    async latest() {
      const found = new Map<string, { revision: number; content: string | null }>();
      for (const key of await entriesOf(root)) {
        const revision = await lastRevision(key);
        if (revision > 0) found.set(key, { revision, content: await contentOf(key, revision) });
      }
      return found;
    },

    async history(key) {
      const last = await lastRevision(key);
      return Promise.all(Array.from({ length: last }, (_, index) => contentOf(key, index + 1)));
    },

    async append(key, revision, content) {
      const folder = join(root, key);
      const next = revision + 1;
      const side = join(folder, `.incoming-${next}-${randomUUID()}`);
      try {
        await mkdir(side, { recursive: true });
        await writeSynced(join(side, CHANGE_FILE), content);
        await syncDirectory(side);
        // A later change may have landed although the next one is missing: then it is too late all the same.
        const isLate = (await lastRevision(key)) !== revision;
        const landed = !isLate && (await renamed(side, join(folder, String(next))));
        if (landed) await syncDirectory(folder);
        return landed;
      } catch (cause) {
        // A faster writer swept this change away while it was being written.
        if ((await lastRevision(key)) > revision) return false;
        throw new OperationFailed({
          where: root,
          what: `who serves cannot be recorded (${(cause as NodeJS.ErrnoException).code ?? String(cause)})`,
          remedy: 'make the folder writable, or free some space; the champion is the one from before',
          cause,
        });
      } finally {
        await rm(side, { recursive: true, force: true });
        await sweep(folder, await lastRevision(key));
      }
    },
  };
}

async function renamed(side: string, target: string): Promise<boolean> {
  try {
    await rename(side, target);
    return true;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    // Somebody else's change is there; EPERM is how Windows says so.
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'EPERM') return false;
    throw cause;
  }
}

/** Changes that want to become a revision that is there can never land: their writers are dead or about to be told. */
async function sweep(folder: string, last: number): Promise<void> {
  for (const entry of await entriesOf(folder)) {
    const wanted = INCOMING.exec(entry)?.[1];
    if (wanted !== undefined && Number(wanted) <= last)
      await rm(join(folder, entry), { recursive: true, force: true }).catch(() => undefined);
  }
}

function revisionsIn(entries: readonly string[]): number[] {
  return entries.filter((entry) => REVISION.test(entry)).map(Number);
}

async function entriesOf(folder: string): Promise<string[]> {
  return readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return [];
    throw cause;
  });
}
