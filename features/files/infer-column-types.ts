import { sqlText } from '../warehouse/duckdb/duckdb-types.ts';
import type { FileEngine } from '../warehouse/duckdb/file-engine.ts';
import type { ColumnDefinition } from '../warehouse/warehouse.ts';
import { quotedField } from './field-value-sql.ts';
import { MISSING_MARKERS } from './missing-values.ts';
import { type DecimalMark, WRITTEN_NUMBER } from './written-number.ts';

/** Columns of yes and no stay categories: a model learns them as the words they are. */
const BOOLEAN_LITERALS = ['true', 'false', 't', 'f'];

/**
 * Finds out what every text column of a table really holds.
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
    const field = quotedField(name);
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
      type === 'boolean'
        ? `lower(${present}) not in (${BOOLEAN_LITERALS.map(sqlText).join(', ')})`
        : `${cast} is null`;
    if (!(await exists(`${present} is not null and ${unfit}`)))
      return type === 'timestamptz' ? `${cast}::timestamp` : cast;
  }
  const { pattern, plain } = WRITTEN_NUMBER[decimalMark];
  if (!(await exists(`${present} is not null and not regexp_full_match(${present}, ${sqlText(pattern)})`)))
    return `try_cast(${plain(`regexp_replace(${present}, '[$€£%\\s]', '', 'g')`)} as double)`;
  return `nullif(${field}::varchar, '')`;
}
