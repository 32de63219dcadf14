import { basename } from 'node:path';
import { tenantIdSchema } from '../contract/tenant-id.ts';
import type { FieldReading } from '../files/field-reading.ts';
import type { TableFile } from '../files/table-file.ts';
import { columnBatchOfRows } from '../warehouse/column-batch-of-rows.ts';
import { rowSource } from '../warehouse/row-source.ts';
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
  const fields = source.columns.map(({ name }) => name);
  let rowNumber = 0;
  for await (const { rowCount, columns } of source.readTexts(fields)) {
    const rows = [];
    for (let index = 0; index < rowCount; index++) {
      const reason = problems.reasonByRow.get(++rowNumber);
      if (reason === undefined) continue;
      const row = Object.fromEntries(
        fields.map((name) => [name, columns.get(name)!.values[index] as string | null]),
      );
      const said = (from: FieldReading['from']) => ('field' in from ? row[from.field]! : from.constant);
      const tenantId = said(tenant);
      rows.push({
        table_name: tableName,
        content_hash: contentHash,
        file_name: basename(source.file),
        row_number: rowNumber,
        tenant_id: tenantIdSchema.safeParse(tenantId).success ? tenantId : null,
        account_id: said(account),
        reason,
        row: JSON.stringify(row),
        quarantined_at: now.getTime(),
      });
    }
    if (rows.length > 0) yield columnBatchOfRows(quarantinedRows.columns, rows);
  }
}
