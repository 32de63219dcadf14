import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { BadInput, OperationFailed } from '../../../features/contract/failure.ts';
import { openDuckDbWarehouse } from '../../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { WarehouseInUse } from '../../../features/warehouse/duckdb/open-duckdb.ts';
import type { EmbeddedWarehouse } from '../../../features/warehouse/warehouse.ts';
import { syncDirectory } from '../../../models/registry/atomic-write.ts';
import type { Configuration } from '../../configuration/configuration.ts';
import { restoreMarker } from '../../context/restore-marker.ts';
import { backedUpDirectories } from './back-up.ts';
import { type BackupManifest, MANIFEST_FILE, readBackupManifest, verifyFiles } from './backup-manifest.ts';

export interface Restored {
  readonly from: string;
  readonly madeAt: string;
  readonly tables: number;
  readonly rows: number;
  /** Where what was there before lies now; null where nothing was. */
  readonly replaced: string | null;
}

/** What is being swapped; written before the first rename, removed after the last. */
const swapSchema = z.strictObject({
  side: z.string(),
  replaced: z.string(),
  names: z.array(z.string()),
  /** Whether what was there before is out of the way: from then on what is there is new. */
  isCleared: z.boolean(),
});

type Swap = z.infer<typeof swapSchema>;

/**
 * Puts a back-up in the place of what the home holds: verified first, copied aside, verified again, then swapped by renames.
 * What was there before stays beside it. Killed between two renames, no command works on the home until the same restore is
 * run again, which goes on.
 *
 * @throws BadInput for a home that holds something, unless it may be replaced; OperationFailed for a damaged back-up
 */
export async function restore(
  configuration: Configuration,
  { from, mayReplace, now }: { readonly from: string; readonly mayReplace: boolean; readonly now: Date },
): Promise<Restored> {
  const { home } = configuration;
  const folder = resolve(from);
  const manifest = readBackupManifest(folder);
  await verifyFiles(folder, manifest);
  finishSwap(configuration);
  const names = [
    basename(configuration.warehouseFile),
    ...backedUpDirectories(configuration).map((path) => basename(path)),
  ];
  const held = names.filter((name) => existsSync(join(home, name)));
  if (held.length > 0 && !mayReplace)
    throw new BadInput({
      where: home,
      what: `it holds ${held.join(', ')}`,
      remedy:
        'add --replace to put the back-up in their place (they are kept beside it), or set CHURN_HOME to an empty folder',
    });
  const alone = held.includes(names[0]!) ? await holdAlone(configuration) : null;

  mkdirSync(home, { recursive: true });
  const side = join(home, `.restoring-${randomUUID()}`);
  const replaced = join(home, `replaced-${now.toISOString().replace(/[-:.]/g, '')}`);
  try {
    cpSync(folder, side, { recursive: true, preserveTimestamps: true });
    await verifyFiles(side, manifest);
    await verifyTables(join(side, names[0]!), manifest);
    rmSync(join(side, MANIFEST_FILE));
    writeSwap(home, { side, replaced, names, isCleared: false });
    // From here on the marker keeps others out.
    await alone?.close();
    finishSwap(configuration);
    await syncDirectory(home);
  } finally {
    await alone?.close();
    if (!existsSync(restoreMarker(home))) rmSync(side, { recursive: true, force: true });
  }
  const counts = Object.values(manifest.tables);
  return {
    from: folder,
    madeAt: manifest.made_at,
    tables: counts.length,
    rows: counts.reduce((sum, rows) => sum + rows, 0),
    replaced: held.length > 0 ? replaced : null,
  };
}

/** Makes the renames that a swap still lacks; none where no swap has begun. */
function finishSwap({ home }: Configuration): void {
  const marker = restoreMarker(home);
  if (!existsSync(marker)) return;
  const swap = swapSchema.parse(JSON.parse(readFileSync(marker, 'utf8')));
  if (!swap.isCleared) {
    clearAway(home, swap);
    writeSwap(home, { ...swap, isCleared: true });
  }
  for (const name of swap.names)
    if (existsSync(join(swap.side, name))) renameSync(join(swap.side, name), join(home, name));
  rmSync(swap.side, { recursive: true, force: true });
  rmSync(marker);
}

/** The engine's log of changes and what it spilled go with the file that they belong to. */
function clearAway(home: string, { names, replaced }: Swap): void {
  for (const name of names.flatMap((name) => [name, `${name}.wal`, `${name}.tmp`])) {
    if (!existsSync(join(home, name))) continue;
    mkdirSync(replaced, { recursive: true });
    renameSync(join(home, name), join(replaced, name));
  }
}

function writeSwap(home: string, swap: Swap): void {
  const marker = restoreMarker(home);
  writeFileSync(`${marker}.part`, JSON.stringify(swap));
  renameSync(`${marker}.part`, marker);
}

/**
 * The warehouse, so that no night begins while the back-up is copied; null for a file that cannot be opened and so is in
 * nobody's use: it may be damaged, which is why somebody restores.
 */
async function holdAlone({ warehouseFile }: Configuration): Promise<EmbeddedWarehouse | null> {
  try {
    return await openDuckDbWarehouse({ file: warehouseFile, lockTimeoutMs: 0 });
  } catch (error) {
    if (error instanceof WarehouseInUse) throw error;
    return null;
  }
}

async function verifyTables(file: string, { tables, engine_version }: BackupManifest): Promise<void> {
  const warehouse = await openDuckDbWarehouse({ file, readOnly: true });
  try {
    const found = await warehouse.countRows();
    const names = [...new Set([...Object.keys(tables), ...Object.keys(found)])];
    const differing = names.find((name) => tables[name] !== found[name]);
    if (differing !== undefined)
      throw new OperationFailed({
        where: file,
        what: `${differing} has ${found[differing] ?? 'no'} rows instead of ${tables[differing] ?? 'none'} (written by the engine ${engine_version})`,
        remedy: 'use another back-up; nothing was changed',
      });
  } finally {
    await warehouse.close();
  }
}
