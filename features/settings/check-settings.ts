import type { Warehouse } from '../warehouse/warehouse.ts';
import { defaultSettings } from './default-settings.ts';
import { isSettingTable, readOwnSettings, withSettingsFile } from './own-settings.ts';
import { settleSettings } from './settle-settings.ts';

/** A file on its way into a raw table, as Parquet. */
export interface IncomingFile {
  readonly tableName: string;
  readonly parquetFile: string;
  /** Where its rows came from; messages name it. */
  readonly file: string;
}

/**
 * Refuses files that would leave the platform's settings without a meaning. Files of other tables are not looked at.
 *
 * @throws BadInput that names the last file of settings
 */
export async function checkSettings(warehouse: Warehouse, files: readonly IncomingFile[]): Promise<void> {
  const incoming = files.filter(({ tableName }) => isSettingTable(tableName));
  if (incoming.length === 0) return;
  let own = await readOwnSettings(warehouse);
  for (const { tableName, parquetFile } of incoming)
    own = await withSettingsFile(own, tableName, parquetFile);
  settleSettings(defaultSettings(), own, incoming.at(-1)!.file);
}
