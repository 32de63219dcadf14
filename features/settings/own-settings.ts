import { openTableFile } from '../files/table-file.ts';
import { rowsOfBatches, type SmallRow } from '../warehouse/rows-of-batches.ts';
import type { Warehouse } from '../warehouse/warehouse.ts';

/** Raw tables by which a platform differs from the default settings, with their columns. The first is the key. */
const SETTING_TABLES = {
  activity_kinds: ['activity_kind', 'label', 'unit', 'risk_when', 'play_up', 'play_down', 'in_use'],
  event_kinds: ['event_type', 'activity_kind'],
  feature_settings: ['setting', 'value'],
} as const;

type SettingTable = keyof typeof SETTING_TABLES;

export type OwnSettings = Readonly<Record<SettingTable, readonly SmallRow[]>>;

const TABLES = Object.entries(SETTING_TABLES) as [SettingTable, readonly string[]][];

/** What a platform has said of itself so far. Tables that are not there yet are empty. */
export async function readOwnSettings(warehouse: Warehouse): Promise<OwnSettings> {
  const own: Record<SettingTable, SmallRow[]> = {
    activity_kinds: [],
    event_kinds: [],
    feature_settings: [],
  };
  for (const [name, columns] of TABLES) {
    const relation = { schema: 'raw', name };
    if ((await warehouse.describe(relation)).length === 0) continue;
    own[name] = await rowsOfBatches(warehouse.read({ relation, columns, where: [], orderBy: [columns[0]!] }));
  }
  return own;
}

/** What a platform will have said once the rows of a Parquet file are in; they replace those of the same key. */
export async function withSettingsFile(
  own: OwnSettings,
  table: string,
  parquetFile: string,
): Promise<OwnSettings> {
  const found = TABLES.find(([name]) => name === table);
  if (found === undefined) return own;
  const [name, columns] = found;
  const source = await openTableFile(parquetFile);
  try {
    const added = await rowsOfBatches(source.read(columns));
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
