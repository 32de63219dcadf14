import type { Batches } from './warehouse.ts';

/** One row of a small table, with null for what is missing. Booleans are 0 or 1. */
export type SmallRow = Readonly<Record<string, string | number | null>>;

export async function rowsOfBatches(batches: Batches): Promise<SmallRow[]> {
  const rows: SmallRow[] = [];
  for await (const { rowCount, columns } of batches)
    for (let row = 0; row < rowCount; row++)
      rows.push(
        Object.fromEntries(
          Array.from(columns, ([name, { values }]) => {
            const value = values[row]!;
            return [name, Number.isNaN(value) ? null : value];
          }),
        ),
      );
  return rows;
}
