import { basename } from 'node:path';
import { tenantIdSchema } from '../contract/tenant-id.ts';
import type { FieldReading } from '../files/field-reading.ts';
import type { TableFile } from '../files/table-file.ts';
import { columnBatchOfRows } from '../warehouse/column-batch-of-rows.ts';
import { rowSource } from '../warehouse/row-source.ts';
import type { SmallRow } from '../warehouse/rows-of-batches.ts';
import type { ColumnBatch, TableChange, Warehouse } from '../warehouse/warehouse.ts';
import { quarantinedRows } from './raw-tables.ts';
import type { RowProblem, RowProblems } from './row-problems.ts';

/** Rows of a file that were set aside in `raw.quarantined_rows`. */
export interface Quarantined {
  readonly rows: number;
  readonly reasons: readonly RowProblem[];
}

export interface QuarantineOptions {
  /** The file itself, not what a mapping made of it. */
  readonly source: TableFile;
  readonly problems: RowProblems;
  readonly tableName: string;
  readonly contentHash: string;
  /** Whose rows they are, or the field that says so. */
  readonly tenant: FieldReading['from'];
  readonly account: FieldReading['from'];
  readonly now: Date;
}

/** Reads the unusable rows as the file has them, each with its reason, for quarantineChange. */
export async function unusableRows(options: QuarantineOptions): Promise<readonly ColumnBatch[]> {
  const batches: ColumnBatch[] = [];
  if (!options.problems.isEmpty) for await (const batch of batchesOf(options)) batches.push(batch);
  return batches;
}

/** Sets rows aside; written together with the usable ones. None where there are none. */
export function quarantineChange(batches: readonly ColumnBatch[]): readonly TableChange[] {
  if (batches.length === 0) return [];
  return [{ mode: 'append', table: quarantinedRows, rows: rowSource(...batches) }];
}

export function quarantinedOf({ reasonByRow, summary }: RowProblems): Quarantined {
  return { rows: reasonByRow.size, reasons: summary };
}

/** Whether rows of a file of this name are in quarantine: the same name again is the mended file. */
export async function hasQuarantined(
  warehouse: Warehouse,
  tableName: string,
  file: string,
): Promise<boolean> {
  const selection = {
    relation: quarantinedRows.relation,
    columns: ['file_name'],
    where: [
      { column: 'table_name', is: '=', value: tableName },
      { column: 'file_name', is: '=', value: basename(file) },
    ],
    distinct: true,
  } as const;
  for await (const { rowCount } of warehouse.read(selection)) if (rowCount > 0) return true;
  return false;
}

async function* batchesOf({
  source,
  problems,
  tableName,
  contentHash,
  tenant,
  account,
  now,
}: QuarantineOptions): AsyncGenerator<ColumnBatch> {
  const quarantined = (row: number, owner: Pick<SmallRow, 'tenant_id' | 'account_id'>, content: unknown) => ({
    table_name: tableName,
    content_hash: contentHash,
    file_name: basename(source.file),
    row_number: row,
    ...owner,
    reason: problems.reasonByRow.get(row)!,
    row: JSON.stringify(content),
    quarantined_at: now.getTime(),
  });
  if (source.ragged.length > 0) {
    const rows = source.ragged.map(({ row, line, text }) => {
      // Its fields may stand for others. Where it cannot be told whose the line is, its number is kept and not its text.
      if (!('constant' in tenant) || tenant.constant === null)
        return quarantined(row, { tenant_id: null, account_id: null }, { line });
      return quarantined(row, { tenant_id: tenant.constant, account_id: null }, { line, text });
    });
    yield columnBatchOfRows(quarantinedRows.columns, rows);
  }
  const fields = source.columns.map(({ name }) => name);
  const { rowNumberColumn } = source;
  let rowNumber = 0;
  for await (const { rowCount, columns } of source.readTexts(
    rowNumberColumn ? [...fields, rowNumberColumn] : fields,
  )) {
    const inFile = rowNumberColumn ? columns.get(rowNumberColumn)!.values : undefined;
    const rows = [];
    for (let index = 0; index < rowCount; index++) {
      rowNumber = inFile ? Number(inFile[index]) : rowNumber + 1;
      if (!problems.reasonByRow.has(rowNumber)) continue;
      const row = Object.fromEntries(
        fields.map((name) => [name, columns.get(name)!.values[index] as string | null]),
      );
      const said = (from: FieldReading['from']) => ('field' in from ? row[from.field]! : from.constant);
      const tenantId = said(tenant);
      const isTenant = tenantIdSchema.safeParse(tenantId).success;
      rows.push(
        quarantined(rowNumber, { tenant_id: isTenant ? tenantId : null, account_id: said(account) }, row),
      );
    }
    if (rows.length > 0) yield columnBatchOfRows(quarantinedRows.columns, rows);
  }
}
