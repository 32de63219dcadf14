import { randomUUID } from 'node:crypto';
import { renameSync, rmSync } from 'node:fs';

/**
 * Has a file written under another name in its folder, then renames it: a reader finds the old file or the whole
 * new one, and a failure leaves the old one.
 */
export async function replaceFile<Result>(
  file: string,
  write: (partialFile: string) => Promise<Result>,
): Promise<Result> {
  const partialFile = `${file}.${randomUUID()}.partial`;
  try {
    const result = await write(partialFile);
    renameSync(partialFile, file);
    return result;
  } catch (error) {
    rmSync(partialFile, { force: true });
    throw error;
  }
}
