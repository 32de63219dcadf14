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
  'mrr',
  'currency',
  'mrr_at_risk',
  'renews_at',
] as const satisfies readonly (keyof AccountRisk)[];

/** Rows of the risk list for a spreadsheet (RFC 4180), the two main reasons as the last columns. */
export function scoresCsv(accounts: Iterable<AccountRisk>): string {
  const lines = [csvLine([...COLUMNS, 'reason_1', 'reason_2'])];
  for (const account of accounts) {
    const [first = null, second = null] = reasonsOf(account.drivers);
    lines.push(csvLine([...COLUMNS.map((column) => account[column]), first, second].map(harmless)));
  }
  return `${lines.join('\r\n')}\r\n`;
}

/** A spreadsheet runs a text that begins like a formula, and account names come from customers. */
function harmless(value: string | number | null): string | number | null {
  return typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
}
