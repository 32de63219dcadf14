import { sqlText } from '../warehouse/duckdb/duckdb-types.ts';
import { isCsv } from './check-table-file.ts';
import { type CsvHeader, readCsvHeader } from './csv-header.ts';
import type { DecimalMark } from './written-number.ts';

export interface TableSource {
  /** What the engine reads FROM. */
  readonly sql: string;
  readonly decimalMark: DecimalMark;
}

/** How the engine reads a file: every CSV column as text, Parquet columns in their own types. */
export async function tableSource(file: string): Promise<TableSource> {
  if (!isCsv(file))
    return {
      sql: `read_parquet(${sqlText(globless(file))}, hive_partitioning = false)`,
      decimalMark: 'point',
    };
  const header = await readCsvHeader(file);
  return { sql: csvSql(file, header), decimalMark: decimalMarkOf(header) };
}

/** A comma that marks decimals cannot separate columns. */
export function decimalMarkOf({ delimiter }: CsvHeader): DecimalMark {
  return delimiter === ';' ? 'comma' : 'point';
}

/** How the engine reads a CSV file with the given columns; those of `numbers` are whole numbers, all others are text. */
export function csvSql(
  file: string,
  { delimiter, names }: CsvHeader,
  numbers: readonly string[] = [],
): string {
  const typeOf = (name: string) => (numbers.includes(name) ? 'BIGINT' : 'VARCHAR');
  const columns = names.map((name) => `${sqlText(name)}: '${typeOf(name)}'`).join(', ');
  return `read_csv(${sqlText(globless(file))}, auto_detect = false, hive_partitioning = false, header = true, delim = ${sqlText(delimiter)},
    quote = '"', escape = '"', strict_mode = true, columns = {${columns}})`;
}

/** The engine reads these characters in a path as a pattern. In a class of one they stand for themselves. */
function globless(file: string): string {
  return file.replaceAll(/[*?[]/g, (character) => `[${character}]`);
}
