import type { RiskBand } from '../../models/scoring/probability/risk-bands.ts';
import { clip, padEnd, padStart, printable, wrap } from './display-width.ts';
import type { RiskListRow } from './read-risk-list.ts';

export interface RenderOptions {
  /** Columns of the terminal, at least 80. */
  readonly width: number;
  /** ANSI colours; only for a terminal. */
  readonly isColoured?: boolean;
}

const REASONS_SHOWN = 2;
const GAP = '  ';
const NOTHING = '–';
const MINIMUM_WIDTH = 80;

const BAND_COLOURS: Readonly<Record<RiskBand, string>> = {
  critical: '1;31',
  high: '31',
  medium: '33',
  low: '32',
};
const DIM = '2';
const BOLD = '1';

/**
 * A risk list for the terminal: a line of numbers per account and its two main reasons below, in full width
 * because a sentence in a narrow column is hard to read.
 *
 *     #  Account                        Risk band  Churn in 90 d    Change  MRR at risk  Renews
 *     1  Northwind Traders  acct-17     critical          87.3 %  +12.1 pp        4,310  2026-12-14
 *        • Active days in the last 28 days fell to 3; accounts like this typically show 14
 */
export function renderRiskList(
  rows: readonly RiskListRow[],
  { width, isColoured = false }: RenderOptions,
): string {
  if (rows.length === 0) return 'No account is listed';
  const paint = isColoured
    ? (text: string, code: string) => `\x1b[${code}m${text}\x1b[0m`
    : (text: string) => text;
  const columns = columnsFor(rows, Math.max(MINIMUM_WIDTH, width));
  const header = columns.map(({ title, width: cells, align }) => aligned(title, cells, align)).join(GAP);
  const lines = [paint(header.trimEnd(), BOLD), paint('─'.repeat(Math.max(MINIMUM_WIDTH, width)), DIM)];
  const indent = columns[0]!.width + GAP.length;
  for (const row of rows) {
    const cells = columns.map(({ cell, width: room, align, colour }) => {
      const text = aligned(cell(row), room, align);
      const code = colour?.(row);
      return code === undefined ? text : paint(text, code);
    });
    lines.push(cells.join(GAP).trimEnd());
    for (const reason of row.reasons.slice(0, REASONS_SHOWN))
      wrap(printable(reason), Math.max(MINIMUM_WIDTH, width) - indent - 2).forEach((line, index) => {
        lines.push(paint(`${' '.repeat(indent)}${index === 0 ? '• ' : '  '}${line}`, DIM));
      });
  }
  return lines.join('\n');
}

interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  readonly width: number;
  readonly cell: (row: RiskListRow) => string;
  readonly colour?: (row: RiskListRow) => string;
}

function columnsFor(rows: readonly RiskListRow[], width: number): readonly Column[] {
  const rankWidth = Math.max(2, ...rows.map(({ rank }) => String(rank).length));
  const numbers: readonly Column[] = [
    {
      title: 'Band',
      align: 'left',
      width: 8,
      cell: ({ band }) => band,
      colour: ({ band }) => BAND_COLOURS[band],
    },
    { title: '90 days', align: 'right', width: 7, cell: ({ probability90d }) => percent(probability90d) },
    { title: 'Change', align: 'right', width: 8, cell: change, colour: changeColour },
    { title: 'MRR at risk', align: 'right', width: 11, cell: ({ mrrAtRisk }) => money(mrrAtRisk) },
    {
      title: 'Renews',
      align: 'left',
      width: 10,
      cell: ({ renewsAt }) => renewsAt?.toISOString().slice(0, 10) ?? NOTHING,
    },
  ];
  const taken = numbers.reduce((sum, column) => sum + column.width + GAP.length, rankWidth + GAP.length);
  return [
    { title: '#', align: 'right', width: rankWidth, cell: ({ rank }) => String(rank) },
    { title: 'Account', align: 'left', width: width - taken, cell: account, colour: () => BOLD },
    ...numbers,
  ];
}

function aligned(text: string, width: number, align: Column['align']): string {
  const fitting = clip(text, width);
  return align === 'left' ? padEnd(fitting, width) : padStart(fitting, width);
}

function account({ name, accountId }: RiskListRow): string {
  return printable(name === null ? accountId : `${name} (${accountId})`);
}

/** @example percent(0.8731) // '87.3 %' */
function percent(probability: number): string {
  return `${(probability * 100).toFixed(1)} %`;
}

/** In percentage points; what rounds to nothing is shown as no change. */
function change({ probability90d, previousProbability90d }: RiskListRow): string {
  if (previousProbability90d === null) return 'new';
  const points = Math.round((probability90d - previousProbability90d) * 1000) / 10;
  if (points === 0) return '=';
  return `${points > 0 ? '+' : '−'}${Math.abs(points).toFixed(1)} pp`;
}

function changeColour(row: RiskListRow): string {
  const text = change(row);
  return text.startsWith('+') ? '31' : text.startsWith('−') ? '32' : DIM;
}

function money(amount: number | null): string {
  return amount === null ? NOTHING : Math.round(amount).toLocaleString('en-US');
}
