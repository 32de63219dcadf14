import { BadInput } from '../contract/failure.ts';
import { parseChurnLabel } from './churn-label.ts';
import { isMissingMarker } from './missing-values.ts';

/**
 * Every row's label: 1 churned, 0 did not, NaN without one.
 *
 * @throws BadInput when a label cannot be understood, or all rows have the same
 */
export function readChurnLabels(
  texts: readonly (string | null)[],
  label: string,
  file: string,
): Float64Array {
  const known = new Map<string, number>();
  const labels = new Float64Array(texts.length);
  for (const [row, text] of texts.entries()) {
    if (text === null || isMissingMarker(text)) {
      labels[row] = Number.NaN;
      continue;
    }
    let value = known.get(text);
    if (value === undefined) {
      value = parseChurnLabel(text);
      if (value === undefined)
        throw new BadInput({
          where: file,
          what: `label ${label} is "${text}" in row ${row + 1}, which does not say whether the account churned`,
          remedy: 'write 1 or yes for churned and 0 or no for retained, or name another column with --label',
        });
      known.set(text, value);
    }
    labels[row] = value;
  }
  if (!labels.includes(0) || !labels.includes(1))
    throw new BadInput({
      where: file,
      what: labels.includes(1)
        ? `by label ${label} every account churned`
        : labels.includes(0)
          ? `by label ${label} no account churned`
          : `label ${label} is empty in every row`,
      remedy: 'give a table with both churned and retained accounts',
    });
  return labels;
}

/** Rows that have a label, and a note when some have none. */
export function rowsWithLabel(labels: Float64Array, label: string, notes: string[]): Int32Array {
  const rows: number[] = [];
  for (const [row, value] of labels.entries()) if (!Number.isNaN(value)) rows.push(row);
  const left = labels.length - rows.length;
  if (left > 0) notes.push(`${left} rows are left out: they have no ${label}`);
  return Int32Array.from(rows);
}
