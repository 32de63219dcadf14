import { openTableFile } from '../files/table-file.ts';
import type { ColumnBatch, Warehouse } from '../warehouse/warehouse.ts';

/** Raw tables by which a platform differs from the default settings, with their columns. The first is the key. */
const SETTING_TABLES = {
  event_kinds: ['event_type', 'activity_kind'],
} as const;

type SettingTable = keyof typeof SETTING_TABLES;

/** One row of such a table. Booleans are 0 or 1. */
export type SettingRow = Readonly<Record<string, string | number | null>>;

export type OwnSettings = Readonly<Record<SettingTable, readonly SettingRow[]>>;

/** What a platform has said of itself so far. Tables that are not there yet are empty. */
export async function readOwnSettings(warehouse: Warehouse): Promise<OwnSettings> {
  const own: Record<SettingTable, SettingRow[]> = { event_kinds: [] };
  for (const [name, columns] of tables()) {
    const relation = { schema: 'raw', name };
    if ((await warehouse.describe(relation)).length === 0) continue;
    own[name] = await rowsOf(warehouse.read({ relation, columns, where: [], orderBy: [columns[0]!] }));
  }
  return own;
}

/** What a platform will have said once the rows of a Parquet file are in; they replace those of the same key. */
export async function withSettingsFile(
  own: OwnSettings,
  table: string,
  parquetFile: string,
): Promise<OwnSettings> {
  const found = tables().find(([name]) => name === table);
  if (found === undefined) return own;
  const [name, columns] = found;
  const source = await openTableFile(parquetFile);
  try {
    const added = await rowsOf(source.read(columns));
    const key = columns[0]!;
    const replaced = new Set(added.map((row) => row[key]));
    return { ...own, [name]: [...own[name].filter((row) => !replaced.has(row[key]!)), ...added] };
  } finally {
    await source.close();
  }
}

export function isSettingTable(table: string): boolean {
  return Object.hasOwn(SETTING_TABLES, table);
}

function tables(): readonly (readonly [SettingTable, readonly string[]])[] {
  return Object.entries(SETTING_TABLES) as [SettingTable, readonly string[]][];
}

async function rowsOf(batches: AsyncIterable<ColumnBatch>): Promise<SettingRow[]> {
  const rows: SettingRow[] = [];
  for await (const { rowCount, columns } of batches)
    for (let row = 0; row < rowCount; row++)
      rows.push(
        Object.fromEntries(
          Array.from(columns, ([name, { values }]) => {
            const value = values[row]!;
            return [name, Number.isNaN(value) ? null : value];
          }),
        ),
      );
  return rows;
}
