import { type Dirent, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BadInput } from '../contract/failure.ts';
import { type TenantId, tenantIdSchema } from '../contract/tenant-id.ts';
import { IMPORT_RULES, type ImportableTable } from './importable-tables.ts';

/** A file that lies in the landing folder for a table. */
export interface LandedFile {
  readonly table: ImportableTable;
  readonly file: string;
  /** Of a file in a folder `tenant=ID`; such a file fails alone. */
  readonly tenantId: TenantId | null;
}

export interface LandingFolder {
  /** Mapping files, for exports in words of their own. */
  readonly mappings: readonly string[];
  /** By table, then by name. */
  readonly files: readonly LandedFile[];
  /** What lies there and is not taken, with the reason. */
  readonly skipped: readonly Skipped[];
}

interface Skipped {
  readonly file: string;
  readonly reason: string;
}

/** A writer that has not finished, or bookkeeping of another tool. */
const UNFINISHED = /^[._]|\.(part|partial|tmp|crc)$|~$/;

/**
 * What lies in a landing folder:
 *
 *     events/2026-11-25.csv                 rows of all tenants
 *     events/tenant=acme/2026-11-25.csv     rows of one
 *     billing.yaml                          a mapping, which names files of its own
 *
 * @throws BadInput for a folder that is absent or holds nothing of the kind
 */
export function readLandingFolder(folder: string): LandingFolder {
  if (!existsSync(folder))
    throw new BadInput({
      where: folder,
      what: 'there is no such landing folder',
      remedy: 'make it with one folder per table (events, accounts, …), or name another with --landing',
    });
  const landing = { mappings: [] as string[], files: [] as LandedFile[], skipped: [] as Skipped[] };
  const { mappings, files, skipped } = landing;
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (isImportable(entry.name)) files.push(...filesOf(entry.name, path, null, skipped));
      else skipped.push({ file: path, reason: `no table is called ${entry.name}` });
    } else if (UNFINISHED.test(entry.name))
      skipped.push({ file: path, reason: 'its name says it is unfinished' });
    else if (/\.(ya?ml|json)$/.test(entry.name)) mappings.push(path);
    else skipped.push({ file: path, reason: 'it lies in no folder of a table' });
  }
  return landing;
}

function isImportable(name: string): name is ImportableTable {
  return Object.hasOwn(IMPORT_RULES, name);
}

function filesOf(
  table: ImportableTable,
  folder: string,
  tenantId: TenantId | null,
  skipped: Skipped[],
): LandedFile[] {
  return entriesOf(folder).flatMap((entry): LandedFile[] => {
    const file = join(folder, entry.name);
    if (!entry.isDirectory()) {
      if (!UNFINISHED.test(entry.name)) return [{ table, file, tenantId }];
      skipped.push({ file, reason: 'its name says it is unfinished' });
      return [];
    }
    const named = tenantIdSchema.safeParse(/^tenant=(.+)$/.exec(entry.name)?.[1]);
    if (named.success && tenantId === null) return filesOf(table, file, named.data, skipped);
    skipped.push({ file, reason: 'a folder in here is called tenant=ID' });
    return [];
  });
}

function entriesOf(folder: string): Dirent[] {
  return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
}
