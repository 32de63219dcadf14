import type { CategoryColumn, FeatureFrame } from '../contract/feature-frame.ts';

/** In fewer rows, all values of a column may differ by chance. */
const FEWEST_ROWS_FOR_AN_IDENTIFIER = 50;

/**
 * Leaves out columns that say nothing about another row: what differs in every row only identifies it, and a date in
 * an unknown order cannot be read. Each gets a note.
 */
export function withoutUselessColumns(frame: FeatureFrame, notes: string[]): FeatureFrame {
  if (frame.rowCount < FEWEST_ROWS_FOR_AN_IDENTIFIER) return frame;
  const columns = new Map(frame.columns);
  for (const [name, column] of frame.columns) {
    if (column.kind === 'category' && column.levels.length > 0 && column.levels.every(isDateOfUnknownOrder)) {
      columns.delete(name);
      notes.push(`${name} is left out: "${column.levels[0]}" is no date that is read here; write YYYY-MM-DD`);
      continue;
    }
    const reason =
      column.kind === 'number'
        ? numberIdentifies(name, column.values)
        : wordIdentifies(column, frame.rowCount);
    if (reason === undefined) continue;
    columns.delete(name);
    notes.push(`${name} is left out: ${reason}; if it names the account, add --id ${name}`);
  }
  return { rowCount: frame.rowCount, columns };
}

/** @example isDateOfUnknownOrder('03/04/2024') // true */
function isDateOfUnknownOrder(text: string): boolean {
  return /^(\d{1,2}\/\d{1,2}\/\d{2}|\d{1,2}([/.-])\d{1,2}\2\d{4})(\s+\d{1,2}:\d{2}(:\d{2})?)?$/.test(
    text.trim(),
  );
}

function wordIdentifies({ levels }: CategoryColumn, rowCount: number): string | undefined {
  return levels.length === rowCount ? 'it is different in every row' : undefined;
}

/** Amounts may differ in every row too, so a number must also have the name of an identifier or a row number. */
function numberIdentifies(name: string, values: Float64Array): string | undefined {
  const hasSuchName =
    /(^|[^\p{L}])id$/iu.test(name) ||
    /\p{Ll}I[dD]$/u.test(name) ||
    /^(column_|unnamed: )\d+$|^index$|^row[_ ]?(number|index)$/i.test(name);
  return hasSuchName && new Set(values).size === values.length ? 'it is different in every row' : undefined;
}
