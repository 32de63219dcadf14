import { basename } from 'node:path';
import { columnBatchOfRows } from '../warehouse/column-batch-of-rows.ts';
import { rowSource } from '../warehouse/row-source.ts';
import type { ColumnBatch, TableChange, Warehouse } from '../warehouse/warehouse.ts';
import { importedFiles } from './raw-tables.ts';

export interface EarlierImport {
  readonly rowCount: number;
  readonly importedAt: Date;
}

/** When the same content came into this raw table before; undefined when it did not. */
export async function earlierImport(
  warehouse: Warehouse,
  tableName: string,
  contentHash: string,
): Promise<EarlierImport | undefined> {
  const batches = warehouse.read({
    relation: importedFiles.relation,
    columns: ['row_count', 'imported_at'],
    where: [
      { column: 'table_name', is: '=', value: tableName },
      { column: 'content_hash', is: '=', value: contentHash },
    ],
  });
  for await (const { columns } of batches)
    return {
      rowCount: columns.get('row_count')!.values[0] as number,
      importedAt: new Date(columns.get('imported_at')!.values[0] as number),
    };
  return undefined;
}

export interface ImportedFile {
  readonly tableName: string;
  readonly contentHash: string;
  readonly file: string;
  readonly rowCount: number;
}

/** Written together with the rows, so that a file counts as imported when its rows are there. */
export function rememberImports(files: readonly ImportedFile[], importedAt: Date): TableChange {
  return { mode: 'merge', table: importedFiles, rows: rowSource(batchOf(files, importedAt)) };
}

function batchOf(files: readonly ImportedFile[], importedAt: Date): ColumnBatch {
  return columnBatchOfRows(
    importedFiles.columns,
    files.map(({ tableName, contentHash, file, rowCount }) => ({
      table_name: tableName,
      content_hash: contentHash,
      file_name: basename(file),
      row_count: rowCount,
      imported_at: importedAt.getTime(),
    })),
  );
}
