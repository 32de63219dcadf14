import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Twelve hexadecimal digits that change when a byte of these files, or of the files below these folders, does. */
export async function contentKey(paths: readonly string[], also = ''): Promise<string> {
  const hash = createHash('sha256').update(also);
  for (const path of paths)
    for (const file of await filesOf(path))
      for await (const part of createReadStream(file)) hash.update(part as Buffer);
  return hash.digest('hex').slice(0, 12);
}

async function filesOf(path: string): Promise<readonly string[]> {
  if ((await stat(path)).isFile()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
