import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { BadInput, OperationFailed } from '../../../features/contract/failure.ts';
import { fileSha256 } from '../../../features/files/content-hash.ts';

export const MANIFEST_FILE = 'backup.json';

/** backup.json of a back-up: what lies beside it, and what each file must hash to. */
const manifestSchema = z.strictObject({
  format: z.literal(1),
  made_at: z.iso.datetime(),
  program_version: z.string().min(1),
  /** Of the engine that wrote the warehouse; an older one may not read it. */
  engine_version: z.string().min(1),
  /** Rows of the warehouse by table. */
  tables: z.record(z.string(), z.int().min(0)),
  /** By path below the back-up, with slashes. */
  files: z.record(z.string(), z.strictObject({ bytes: z.int().min(0), sha256: z.string().length(64) })),
});

export type BackupManifest = z.infer<typeof manifestSchema>;

/** @throws BadInput for a folder that holds no whole back-up */
export function readBackupManifest(folder: string): BackupManifest {
  const file = join(folder, MANIFEST_FILE);
  const refuse = (what: string, cause?: unknown) =>
    new BadInput({ where: folder, what, remedy: 'give a folder that `churn backup --to` made', cause });
  if (!existsSync(file)) throw refuse(`this is no back-up: there is no ${MANIFEST_FILE}`);
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw refuse(`${MANIFEST_FILE} cannot be read`, cause);
  }
}

/** @throws OperationFailed naming the first file that is not as it was written */
export async function verifyFiles(folder: string, { files }: BackupManifest): Promise<void> {
  for (const [path, { bytes, sha256 }] of Object.entries(files)) {
    const file = join(folder, path);
    const size = statSync(file, { throwIfNoEntry: false })?.size;
    const damage =
      size === undefined
        ? 'is missing'
        : size !== bytes
          ? `has ${size} bytes instead of ${bytes}`
          : (await fileSha256(file)) === sha256
            ? null
            : 'was changed after it was written';
    if (damage !== null)
      throw new OperationFailed({
        where: folder,
        what: `${path} ${damage}`,
        remedy: 'use another back-up; nothing was changed',
      });
  }
}
