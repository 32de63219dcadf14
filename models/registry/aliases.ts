import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { OperationFailed } from '../../features/contract/failure.ts';
import { jsonFile } from '../artefact/artefact-files.ts';
import { writeFileAtomically } from './atomic-write.ts';

export const aliasesSchema = z.object({
  /** Past and present champions; the last one serves, a rollback takes it off. */
  champions: z.array(z.string()),
  challenger: z.string().nullable(),
  history: z.array(z.object({ at: z.string(), alias: z.string(), version: z.string(), action: z.string() })),
});

export type Aliases = z.infer<typeof aliasesSchema>;

export const NO_ALIASES: Aliases = { champions: [], challenger: null, history: [] };
const LOCK_WAIT_MS = 5_000;
const LOCK_STALE_MS = 30_000;

export async function readAliases(modelDirectory: string): Promise<Aliases> {
  const path = join(modelDirectory, 'aliases.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return NO_ALIASES;
    throw cause;
  }
  try {
    return aliasesSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new OperationFailed({
      where: path,
      what: 'cannot be read',
      remedy: 'delete it and promote a version with churn models promote',
      cause,
    });
  }
}

/** Replaces the aliases in one step. One writer at a time, so that no move is lost. */
export async function changeAliases(
  modelDirectory: string,
  change: (current: Aliases) => Aliases,
): Promise<Aliases> {
  const lock = join(modelDirectory, '.aliases.lock');
  await takeLock(lock);
  try {
    const changed = change(await readAliases(modelDirectory));
    await writeFileAtomically(join(modelDirectory, 'aliases.json'), jsonFile(changed));
    return changed;
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

async function takeLock(lock: string): Promise<void> {
  for (let waited = 0; ; waited += 50) {
    try {
      await mkdir(lock);
      return;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
      const taken = await stat(lock).catch(() => undefined);
      // A writer holds it for milliseconds; one that died leaves it behind.
      if (taken !== undefined && Date.now() - taken.mtimeMs > LOCK_STALE_MS)
        await rm(lock, { recursive: true, force: true });
      else if (waited >= LOCK_WAIT_MS)
        throw new OperationFailed({
          where: lock,
          what: 'another process is moving this model’s aliases',
          remedy: 'try again in half a minute',
          cause,
        });
      await sleep(50);
    }
  }
}
