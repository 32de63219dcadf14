import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlText } from '../duckdb/duckdb-types.ts';
import { portionsOf } from '../duckdb/portions.ts';
import type { ColumnDefinition } from '../warehouse.ts';

/** Cells that are sorted at once. More take more memory, and fewer another look at all files for each portion. */
const CELLS_OF_A_PORTION = 15_000_000;
/** Cells of one group of rows in a file: a writer holds a group of each thread in memory. */
const CELLS_OF_A_GROUP = 1_250_000;

export interface ArrivedRows {
  /** Glob of the unloaded files; null when there were no rows. */
  readonly files: string | null;
  readonly rowCount: number;
  readonly columns: readonly ColumnDefinition[];
  readonly orderBy: readonly string[] | undefined;
}

/**
 * Unloaded files come in no order, and many wide rows are too large to be sorted at once in bounded memory: they are sorted
 * by ranges of the first column that they are ordered by.
 *
 * @returns SELECTs of the files' rows, each to be sorted by itself, whose rows follow one another; null for all rows
 */
export async function sortedPortions(
  connection: DuckDBConnection,
  { files, rowCount, columns, orderBy = [] }: ArrivedRows,
): Promise<readonly (string | null)[]> {
  const [column] = orderBy;
  const rows = Math.max(1, Math.floor(CELLS_OF_A_PORTION / columns.length));
  if (files === null || column === undefined || rowCount <= rows) return [null];
  const all = `select * from read_parquet(${sqlText(files)})`;
  const relation = { schema: 'main', name: 'arrived' };
  await connection.run(`create or replace view ${relation.schema}.${relation.name} as ${all}`);
  const portions = await portionsOf(connection, all, { relation, column, rows });
  // A range holds no nulls, which come last.
  return portions.length === 1 ? [null] : [...portions, `${all} where "${column}" is null`];
}

/** How many rows a group of a file has, so that writing a wide one takes no more memory. */
export function groupRows(columns: readonly ColumnDefinition[]): number {
  return Math.min(122_880, Math.max(2048, Math.floor(CELLS_OF_A_GROUP / columns.length)));
}
