import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** A folder for the files of one test file, gone afterwards. */
export function temporaryFolder(): { readonly path: () => Promise<string> } {
  let folder: Promise<string> | undefined;
  afterAll(async () => {
    if (folder !== undefined) await rm(await folder, { recursive: true, force: true });
  });
  return {
    path() {
      folder ??= mkdtemp(join(tmpdir(), 'churn-serving-'));
      return folder;
    },
  };
}
