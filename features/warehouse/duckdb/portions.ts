import type { DuckDBConnection } from '@duckdb/node-api';
import { quoteIdentifier, quoteRelation } from '../sql-dialect.ts';
import type { Portions } from '../warehouse.ts';
import { duckDbDialect, sqlText } from './duckdb-types.ts';

/**
 * So many rows, wide and joined, take a few hundred megabytes, which the smallest memory limit leaves room for. Each portion
 * costs another look at what the model reads, so they are no smaller.
 */
const ROWS_OF_A_PORTION = 100_000;

/**
 * Splits a SELECT into SELECTs that give its rows portion by portion: ranges of a column, each with so many rows at most
 * of the relation that is counted, or one value with more. Where one portion holds all, the SELECT comes back as it is.
 */
export async function portionsOf(
  connection: DuckDBConnection,
  sql: string,
  { relation, column, rows = ROWS_OF_A_PORTION }: Portions,
): Promise<string[]> {
  const name = quoteIdentifier(column, duckDbDialect);
  const counted = await connection.runAndReadAll(
    `select cast(${name} as varchar), typeof(${name}), count(*) from ${quoteRelation(relation, duckDbDialect)}
     where ${name} is not null group by ${name} order by ${name}`,
  );
  const ends: string[] = [];
  let last: string | undefined;
  let rowsSoFar = 0;
  for (const [value, type, count] of counted.getRows()) {
    rowsSoFar += Number(count);
    if (last !== undefined && rowsSoFar > rows) {
      ends.push(last);
      rowsSoFar = Number(count);
    }
    last = `cast(${sqlText(String(value))} as ${String(type)})`;
  }
  if (ends.length === 0) return [sql];
  // The first range has no beginning and the last no end: what the relation does not count belongs somewhere too.
  return [...ends, undefined].map((end, index) => {
    const conditions = [
      ...(index === 0 ? [] : [`${name} > ${ends[index - 1]!}`]),
      ...(end === undefined ? [] : [`${name} <= ${end}`]),
    ];
    return `select * from (${sql}) as portion where ${conditions.join(' and ')}`;
  });
}
