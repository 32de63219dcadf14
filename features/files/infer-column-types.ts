import { sqlText } from '../warehouse/duckdb/duckdb-types.ts';
import type { FileEngine } from '../warehouse/duckdb/file-engine.ts';
import type { ColumnDefinition } from '../warehouse/warehouse.ts';

/** What exports write for "no value" in a column of numbers or times. In a column of words they are words. */
const MISSING_MARKERS = ['', 'na', 'n/a', 'nan', 'null', 'none', '?', '-', '.'];

/** @example isMissingMarker('N/A') // true */
export function isMissingMarker(text: string): boolean {
  return MISSING_MARKERS.includes(text.trim().toLowerCase());
}

/**
 * Numbers as people write them: digits in groups of three, a currency or a percent sign. Which of comma and point marks the
 * decimals follows from the file, never from the values: "1,234" alone could be either.
 */
const WRITTEN_NUMBER = {
  point: { pattern: writtenNumber(',', '[.]'), plain: (text: string) => `replace(${text}, ',', '')` },
  comma: {
    pattern: writtenNumber('[.]', ','),
    plain: (text: string) => `replace(replace(${text}, '.', ''), ',', '.')`,
  },
} as const;

export type DecimalMark = keyof typeof WRITTEN_NUMBER;

function writtenNumber(group: string, decimal: string): string {
  return String.raw`[-+]?[$€£]?\s?(\d{1,3}(${group}\d{3})+|\d+)(${decimal}\d+)?\s?[%$€£]?`;
}

/**
 * Looks at every text column of a table for what it really holds.
 * @returns a FROM source with the same columns, text that is all numbers, booleans or times cast to that
 */
export async function inferColumnTypes(
  engine: FileEngine,
  table: string,
  columns: readonly ColumnDefinition[],
  keepAsText: readonly string[],
  decimalMark: DecimalMark,
): Promise<string> {
  const list: string[] = [];
  for (const { name, type } of columns) {
    const field = `"${name.replaceAll('"', '""')}"`;
    const known = keepAsText.includes(name) ? `nullif(${field}::varchar, '')` : field;
    const isOpen = type === 'text' && !keepAsText.includes(name);
    list.push(`${isOpen ? await narrowest(engine, table, field, decimalMark) : known} as ${field}`);
  }
  return `(select ${list.join(', ')} from ${table})`;
}

async function narrowest(
  engine: FileEngine,
  table: string,
  field: string,
  decimalMark: DecimalMark,
): Promise<string> {
  const text = `trim(${field}::varchar)`;
  const present = `case when lower(${text}) not in (${MISSING_MARKERS.map(sqlText).join(', ')}) then ${text} end`;
  const exists = async (condition: string): Promise<boolean> =>
    (await engine.rows(`select 1 from ${table} where ${condition} limit 1`)).length > 0;
  if (!(await exists(`${present} is not null`))) return 'null::varchar';
  for (const type of ['double', 'boolean', 'timestamptz'] as const) {
    const cast = `try_cast(${present} as ${type})`;
    const unfit =
      type === 'boolean' ? `lower(${present}) not in ('true', 'false', 't', 'f')` : `${cast} is null`;
    if (!(await exists(`${present} is not null and ${unfit}`)))
      return type === 'timestamptz' ? `${cast}::timestamp` : cast;
  }
  const { pattern, plain } = WRITTEN_NUMBER[decimalMark];
  if (!(await exists(`${present} is not null and not regexp_full_match(${present}, ${sqlText(pattern)})`)))
    return `try_cast(${plain(`regexp_replace(${present}, '[$€£%\\s]', '', 'g')`)} as double)`;
  return `nullif(${field}::varchar, '')`;
}
