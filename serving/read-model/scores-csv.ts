import { csvLine } from '../../features/files/csv-line.ts';
import { reasonsOf } from '../scores-mart/reasons.ts';
import type { AccountRisk } from './score-documents.ts';

const COLUMNS = [
  'risk_rank',
  'account_id',
  'name',
  'segment',
  'region',
  'owner',
  'risk_band',
  'churn_probability_30d',
  'churn_probability_60d',
  'churn_probability_90d',
  'churn_probability_90d_low',
  'churn_probability_90d_high',
  'previous_probability_90d',
  'change_90d',
  'mrr',
  'currency',
  'mrr_at_risk',
  'renews_at',
] as const satisfies readonly (keyof AccountRisk)[];

const REASONS = 3;

/** Rows of the risk list for a spreadsheet (RFC 4180), the main reasons as the last columns. */
export function scoresCsv(accounts: Iterable<AccountRisk>): string {
  const lines = [csvLine([...COLUMNS, ...Array.from({ length: REASONS }, (_, at) => `reason_${at + 1}`)])];
  for (const account of accounts) {
    const reasons = reasonsOf(account.drivers);
    lines.push(
      csvLine(
        [
          ...COLUMNS.map((column) => account[column]),
          ...Array.from({ length: REASONS }, (_, at) => reasons[at] ?? null),
        ].map(harmless),
      ),
    );
  }
  return `${lines.join('\r\n')}\r\n`;
}

/**
 * The same for a person who opens it: spreadsheets take a file for UTF-8 by its byte order mark alone, and would show "MÃ¼ller".
 * Programs, which the API answers, would find the mark in the name of the first column.
 */
export function scoresSpreadsheet(accounts: Iterable<AccountRisk>): string {
  return `\uFEFF${scoresCsv(accounts)}`;
}

/**
 * A spreadsheet runs a text that begins like a formula, also behind blanks that it trims, and account names come from customers.
 * Numbers are ours, and stay numbers.
 */
function harmless(value: string | number | null): string | number | null {
  return typeof value === 'string' &&
    /^(?:[\s\p{Cc}\p{Cf}]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]|[\t\r\n])/u.test(value)
    ? `'${value}`
    : value;
}
