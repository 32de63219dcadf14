import type { DataFrame } from 'danfojs-node';
import { renderTable } from '../cli/printing/render-table.ts';
import { display } from './display.ts';

type Cell = string | number | boolean | null;
export type Format = (value: number) => string;

/** @example percent(0.0312) // '3.1 %' */
export const percent: Format = (value) => `${(value * 100).toFixed(1)} %`;
/** @example count(12345) // '12,345' */
export const count: Format = (value) => value.toLocaleString('en-US', { maximumFractionDigits: 0 });
/** @example decimal(0.12345) // '0.123' */
export const decimal: Format = (value) => value.toFixed(3);

/** Shows a frame as a table. Numbers are aligned right and written in their column's format. */
export async function table(frame: DataFrame, formats: Readonly<Record<string, Format>> = {}): Promise<void> {
  const cells = (frame.values as Cell[][]).map((row) =>
    row.map((value, column) => written(value, formats[frame.columns[column]!])),
  );
  const isNumber = frame.columns.map((_, column) =>
    (frame.values as Cell[][]).some((row) => typeof row[column] === 'number'),
  );
  const row = (tag: 'th' | 'td', values: readonly string[]): string =>
    `<tr>${values.map((value, column) => `<${tag} style="text-align:${isNumber[column] ? 'right' : 'left'}">${escaped(value)}</${tag}>`).join('')}</tr>`;
  await display({
    'text/html': `<table><thead>${row('th', frame.columns)}</thead><tbody>${cells.map((values) => row('td', values)).join('')}</tbody></table>`,
    'text/plain': renderTable(frame.columns, cells),
  });
}

function written(value: Cell | undefined, format: Format | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  return typeof value === 'number' && format !== undefined ? format(value) : String(value);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
