import type { AccountRisk } from '../read-model/score-documents.ts';
import { reasonsOf } from '../scores-mart/reasons.ts';

const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const NOTHING = '–';

/** Nothing is certain, so no chance is shown as one. @example percent(0.8731) // '87.3 %' */
export function percent(probability: number): string {
  if (probability > 0.9995 && probability < 1) return '> 99.9 %';
  if (probability < 0.0005 && probability > 0) return '< 0.1 %';
  return `${(probability * 100).toFixed(1)} %`;
}

/** The 80 % interval of the 90-day chance; null where the version does not say how sure it is. @example '8 to 19 %' */
export function interval(
  account: Pick<AccountRisk, 'churn_probability_90d_low' | 'churn_probability_90d_high'>,
): string | null {
  const { churn_probability_90d_low: low, churn_probability_90d_high: high } = account;
  if (low === null || high === null) return null;
  const [from, to] = [Math.floor(low * 100), Math.ceil(high * 100)];
  return `${from} to ${to} %`;
}

/** @example money(1234.5) // '1,235' */
export function money(amount: number | null): string {
  return amount === null ? NOTHING : WHOLE.format(amount);
}

/** With what it is in, where that is known. @example amount(1234.5, 'EUR') // 'EUR 1,235' */
export function amount(value: number | null, currency: string | null): string {
  return value === null || currency === null ? money(value) : `${currency} ${money(value)}`;
}

export function count(value: number): string {
  return WHOLE.format(value);
}

/** @example day('2026-12-01T00:00:00.000Z') // '2026-12-01' */
export function day(time: string | null): string {
  return time?.slice(0, 10) ?? NOTHING;
}

/** In percentage points, and which way; what rounds to nothing is no change. */
export function change(points: number | null): { text: string; direction: 'up' | 'down' | 'dim' } {
  if (points === null) return { text: 'new', direction: 'dim' };
  const rounded = Math.round(points * 1000) / 10;
  if (rounded === 0) return { text: '=', direction: 'dim' };
  return rounded > 0
    ? { text: `▲ ${rounded.toFixed(1)}`, direction: 'up' }
    : { text: `▼ ${(-rounded).toFixed(1)}`, direction: 'down' };
}

/** The strongest reason for the risk; for an account at little risk, the strongest of all. */
export function topReason({ drivers }: AccountRisk): string {
  return reasonsOf(drivers)[0] ?? NOTHING;
}

/** With a sign that is wider than a hyphen. @example signed(-0.5) // '−0.50' */
export function signed(value: number): string {
  return value < 0 ? `−${(-value).toFixed(2)}` : `+${value.toFixed(2)}`;
}

/** @example highest(0.05) // 'highest 5 %' */
export function highest(share: number): string {
  return `highest ${Math.round(share * 100)} %`;
}
