import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes and syncs a file under another name, then renames it: readers see the old content or the new one. */
export async function writeFileAtomically(path: string, content: Buffer): Promise<void> {
  const side = `${path}.${randomUUID()}.part`;
  try {
    await writeSynced(side, content);
    await rename(side, path);
  } catch (cause) {
    await rm(side, { force: true });
    throw cause;
  }
  await syncDirectory(dirname(path));
}

/** Writes a new file and waits until the disk has it. */
export async function writeSynced(path: string, content: Buffer | string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes renames in a directory survive a power cut. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
