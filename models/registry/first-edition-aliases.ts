import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { OperationFailed } from '../../features/contract/failure.ts';

/** `aliases.json` beside a model's versions: each name had a champion of its own. Only read, never written any more. */
export const firstEditionAliasesSchema = z.object({
  /** Past and present champions of the name; the last one served. */
  champions: z.array(z.string()),
  challenger: z.string().nullable(),
});

export type FirstEditionAliases = z.infer<typeof firstEditionAliasesSchema>;

/** Null for a model that has none. @throws OperationFailed for a file that cannot be read */
export async function readFirstEditionAliases(modelDirectory: string): Promise<FirstEditionAliases | null> {
  const path = join(modelDirectory, 'aliases.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw unreadable(path, cause);
  }
  try {
    return firstEditionAliasesSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): OperationFailed {
  return new OperationFailed({
    where: path,
    what: 'cannot be read, so nobody knows which model served',
    remedy: 'delete it and say which serves with `churn models promote NAME@VERSION --reason TEXT`',
    cause,
  });
}
