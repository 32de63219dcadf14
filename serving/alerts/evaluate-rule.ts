import { toEpochDay } from '../../features/contract/as-of-date.ts';
import { RISK_BANDS } from '../../models/scoring/probability/risk-bands.ts';
import { type MoneyByCurrency, moneyByCurrency, moneyText } from '../scores-mart/money-by-currency.ts';
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
/** The share of a tenant's limit down to which it is the same story. */
const NEAR = 0.9;

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
  if (before === null || probability90d - before < least / 2) return [];
  const state = probability90d - before >= least ? 'holds' : 'near';
  const text = `${nameOf(account)} rose from ${percent(before)} to ${percent(probability90d)} within a week`;
  return [{ account, state, text }];
}

function ofTenant(
  when: Exclude<
    AlertRule['when'],
    { probability_at_least: number } | { probability_rises_by: number } | { band_at_least: string }
  >,
  { asOf, today, heldBack, accounts }: Portfolio,
): Finding[] {
  const found = (text: string, state: Finding['state'] = 'holds'): Finding[] => [
    { account: null, state, text },
  ];
  /** Whether a measure reaches a limit, or not any more but nearly. */
  const against = (measured: number, limit: number, near: number, text: string): Finding[] =>
    measured >= limit ? found(text) : measured >= near ? found(text, 'near') : [];
  const ageDays = toEpochDay(today) - toEpochDay(asOf);
  if ('scores_older_than_days' in when)
    return ageDays > when.scores_older_than_days
      ? found(`scores are ${ageDays} days old, as of ${asOf}`)
      : [];
  if ('held_back' in when)
    return heldBack === null ? [] : found(`no new scores, those of ${asOf} stay: ${heldBack}`);
  if ('critical_share_at_least' in when) {
    const least = when.critical_share_at_least;
    const critical = accounts.filter(({ band }) => band === 'critical').length;
    const share = accounts.length === 0 ? 0 : critical / accounts.length;
    return against(share, least, least * NEAR, `${critical} of ${accounts.length} accounts are critical`);
  }
  if ('mrr_at_risk_at_least' in when) {
    const least = when.mrr_at_risk_at_least;
    // Amounts of different currencies are never added: the rule looks at the largest.
    const [currency = '', total = 0] = Object.entries(mrrAtRisk(accounts, now))[0] ?? [];
    return against(total, least, least * NEAR, `MRR at risk is ${moneyText({ [currency]: total })}`);
  }
  const scoredTwice = accounts.filter(({ previousProbability90d }) => previousProbability90d !== null);
  const atRiskNow = mrrAtRisk(scoredTwice, now);
  const rises = Object.entries(mrrAtRisk(scoredTwice, aWeekBefore)).map(([currency, before]) => ({
    by: (atRiskNow[currency] ?? 0) / before - 1,
    text: `MRR at risk rose from ${moneyText({ [currency]: before })} to ${moneyText({ [currency]: atRiskNow[currency] ?? 0 })} within a week`,
  }));
  const [most] = rises.sort((a, b) => b.by - a.by);
  if (most === undefined) return [];
  const least = when.mrr_at_risk_rises_by;
  return against(most.by, least, least / 2, most.text);
}

type ProbabilityOf = (account: AccountState) => number;

const now: ProbabilityOf = ({ probability90d }) => probability90d;
const aWeekBefore: ProbabilityOf = ({ previousProbability90d }) => previousProbability90d ?? 0;

function mrrAtRisk(accounts: readonly AccountState[], probability: ProbabilityOf): MoneyByCurrency {
  return moneyByCurrency(
    accounts.map((account) => probability(account) * (account.mrr ?? 0)),
    accounts.map(({ currency }) => currency),
  );
}

function nameOf({ name, accountId }: AccountState): string {
  return name ?? accountId;
}

function percent(probability: number): string {
  return `${(probability * 100).toFixed(0)} %`;
}
