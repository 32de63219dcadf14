import { RISK_BANDS } from '../../models/scoring/probability/risk-bands.ts';
import type { AlertRule } from './alert-settings.ts';
import type { AccountState, Portfolio } from './portfolio.ts';

/** What a rule says of one account, or of the whole tenant where `account` is null. */
export interface Finding {
  readonly account: AccountState | null;
  /** `holds`: the condition is met. `near`: not any more, but so nearly that meeting it again is no news. */
  readonly state: 'holds' | 'near';
  /** A sentence with the measured value. */
  readonly text: string;
}

/** How far a probability has to fall below a threshold before crossing it again is news. */
const PROBABILITY_MARGIN = 0.05;

/** What a rule finds; accounts of which it says nothing are left out. */
export function evaluateRule({ when, mrr_at_least }: AlertRule, portfolio: Portfolio): readonly Finding[] {
  const accounts = portfolio.accounts.filter(({ mrr }) => (mrr ?? 0) >= mrr_at_least);
  if ('probability_at_least' in when) return accounts.flatMap((one) => above(one, when.probability_at_least));
  if ('band_at_least' in when) return accounts.flatMap((one) => inBand(one, when.band_at_least));
  if ('probability_rises_by' in when) return accounts.flatMap((one) => risen(one, when.probability_rises_by));
  return ofTenant(when, { ...portfolio, accounts });
}

function above(account: AccountState, threshold: number): Finding[] {
  const { probability90d } = account;
  if (probability90d < threshold - PROBABILITY_MARGIN) return [];
  const text = `${nameOf(account)} is at ${percent(probability90d)} risk within 90 days`;
  return [{ account, state: probability90d >= threshold ? 'holds' : 'near', text }];
}

function inBand(account: AccountState, least: 'medium' | 'high' | 'critical'): Finding[] {
  const below = RISK_BANDS.indexOf(account.band) - RISK_BANDS.indexOf(least);
  if (below < -1) return [];
  const text = `${nameOf(account)} is ${account.band}, at ${percent(account.probability90d)} risk within 90 days`;
  // One band lower, an account that comes back next week is the same story.
  return [{ account, state: below >= 0 ? 'holds' : 'near', text }];
}

function risen(account: AccountState, least: number): Finding[] {
  const { probability90d, previousProbability90d: before } = account;
  if (before === null || probability90d - before < least) return [];
  const text = `${nameOf(account)} rose from ${percent(before)} to ${percent(probability90d)} within a week`;
  return [{ account, state: 'holds', text }];
}

function ofTenant(
  when: Exclude<
    AlertRule['when'],
    { probability_at_least: number } | { probability_rises_by: number } | { band_at_least: string }
  >,
  { asOf, ageDays, heldBack, accounts }: Portfolio,
): Finding[] {
  const found = (text: string): Finding[] => [{ account: null, state: 'holds', text }];
  if ('scores_older_than_days' in when)
    return ageDays > when.scores_older_than_days
      ? found(`scores are ${ageDays} days old, as of ${asOf}`)
      : [];
  if ('held_back' in when)
    return heldBack === null ? [] : found(`no new scores, those of ${asOf} stay: ${heldBack}`);
  if ('critical_share_at_least' in when) {
    const critical = accounts.filter(({ band }) => band === 'critical').length;
    const share = accounts.length === 0 ? 0 : critical / accounts.length;
    return share >= when.critical_share_at_least
      ? found(`${critical} of ${accounts.length} accounts are critical`)
      : [];
  }
  const [now, before] = mrrAtRisk(accounts);
  return before > 0 && now / before - 1 >= when.mrr_at_risk_rises_by
    ? found(`MRR at risk rose from ${money(before)} to ${money(now)} within a week`)
    : [];
}

/** Now and a week before, over accounts that were scored both times. */
function mrrAtRisk(accounts: readonly AccountState[]): readonly [number, number] {
  let [now, before] = [0, 0];
  for (const { probability90d, previousProbability90d, mrr } of accounts) {
    if (previousProbability90d === null || mrr === null) continue;
    now += probability90d * mrr;
    before += previousProbability90d * mrr;
  }
  return [now, before];
}

function nameOf({ name, accountId }: AccountState): string {
  return name ?? accountId;
}

function percent(probability: number): string {
  return `${(probability * 100).toFixed(0)} %`;
}

function money(amount: number): string {
  return Math.round(amount).toLocaleString('en-US');
}
