import { describe, expect, it } from 'vitest';
import type { AlertRule } from '../../../serving/alerts/alert-settings.ts';
import { crossings, type OpenSubjects } from '../../../serving/alerts/crossings.ts';
import type { AccountState, Portfolio } from '../../../serving/alerts/portfolio.ts';
import { day, tenant } from '../small-marts.ts';

function account(accountId: string, probability90d: number, more: Partial<AccountState> = {}): AccountState {
  return {
    accountId,
    name: `Customer ${accountId}`,
    owner: 'ana',
    band: 'medium',
    probability90d,
    previousProbability90d: null,
    mrr: 100,
    currency: 'USD',
    renewsAt: null,
    reasons: () => ['Nobody logs in.', 'b', 'c', 'd'],
    ...more,
  };
}

function portfolio(accounts: readonly AccountState[], more: Partial<Portfolio> = {}): Portfolio {
  return {
    tenantId: tenant('acme'),
    asOf: day('2026-11-09'),
    today: day('2026-11-09'),
    heldBack: null,
    accounts,
    ...more,
  };
}

function rule(when: AlertRule['when'], more: Partial<AlertRule> = {}): AlertRule {
  return { name: 'watch', tenants: '*', mrr_at_least: 0, when, ...more };
}

/** What each night in turn says of one rule. */
function nights(watched: AlertRule, portfolios: readonly Portfolio[]): string[][] {
  let open: OpenSubjects | null = null;
  return portfolios.map((one) => {
    const now = crossings(watched, one, open);
    open = now.open;
    return now.alerts.map(({ accountId }) => accountId ?? 'tenant');
  });
}

describe('an alert', () => {
  it('is raised when a threshold is crossed, not while it stays crossed, nor for a wobble', () => {
    const at = (...probabilities: number[]) => probabilities.map((p) => portfolio([account('a', p)]));
    expect(nights(rule({ probability_at_least: 0.5 }), at(0.2, 0.6, 0.7, 0.47, 0.55, 0.44, 0.55))).toEqual([
      [],
      ['a'],
      [],
      [],
      [],
      [],
      ['a'],
    ]);
  });

  it('is not raised for what held already when the rule was first looked at', () => {
    const both = [portfolio([account('a', 0.9)]), portfolio([account('a', 0.9), account('b', 0.9)])];
    expect(nights(rule({ probability_at_least: 0.5 }), both)).toEqual([[], ['b']]);
  });

  it('follows bands, and forgets an account only two bands below', () => {
    const at = (...bands: AccountState['band'][]) =>
      bands.map((band) => portfolio([account('a', 0.5, { band })]));
    const story = at('low', 'high', 'critical', 'high', 'critical', 'medium', 'critical');
    expect(nights(rule({ band_at_least: 'critical' }), story)).toEqual([[], [], ['a'], [], [], [], ['a']]);
  });

  it('is raised for a rise within a week, and never without a week before', () => {
    const first = portfolio([account('a', 0.1, { previousProbability90d: 0.1 }), account('new', 0.9)]);
    const second = portfolio([account('a', 0.4, { previousProbability90d: 0.1 }), account('new', 0.9)]);
    expect(nights(rule({ probability_rises_by: 0.3 }), [first, second])).toEqual([[], ['a']]);
    expect(nights(rule({ probability_rises_by: 0.31 }), [first, second])).toEqual([[], []]);
  });

  it('is not raised every other night by a measure that wobbles', () => {
    const rise = (to: number) => portfolio([account('a', to, { previousProbability90d: 0.1 })]);
    const rises = [0.1, 0.42, 0.38, 0.42, 0.2, 0.42].map(rise);
    expect(nights(rule({ probability_rises_by: 0.3 }), rises)).toEqual([[], ['a'], [], [], [], ['a']]);
    const critical = (count: number) =>
      portfolio(
        Array.from({ length: 20 }, (_, i) => account(`a${i}`, 0.5, { band: i < count ? 'critical' : 'low' })),
      );
    const shares = [0, 10, 9, 10, 8, 10].map(critical);
    expect(nights(rule({ critical_share_at_least: 0.5 }), shares)).toEqual([
      [],
      ['tenant'],
      [],
      [],
      [],
      ['tenant'],
    ]);
    const total = [800, 1000, 950, 1000, 800, 1000].map((mrr) => portfolio([account('a', 1, { mrr })]));
    expect(nights(rule({ mrr_at_risk_at_least: 1000 }), total)).toEqual([
      [],
      ['tenant'],
      [],
      [],
      [],
      ['tenant'],
    ]);
  });

  it('is not raised again for an account that was missing for a night', () => {
    const [there, missing] = [portfolio([account('a', 0.9)]), portfolio([])];
    const story = [portfolio([account('a', 0.1)]), there, missing, there];
    expect(nights(rule({ probability_at_least: 0.5 }), story)).toEqual([[], ['a'], [], []]);
  });

  it('leaves out small accounts', () => {
    const watched = rule({ probability_at_least: 0.5 }, { mrr_at_least: 500 });
    const none = portfolio([]);
    const both = portfolio([
      account('a', 0.9),
      account('big', 0.9, { mrr: 500 }),
      account('c', 0.9, { mrr: null }),
    ]);
    expect(nights(watched, [none, both])).toEqual([[], ['big']]);
  });

  it('speaks of a portfolio as a whole, over accounts that were scored both times', () => {
    const calm = portfolio([account('a', 0.1, { previousProbability90d: 0.1, mrr: 1000 })]);
    const worse = portfolio([
      account('a', 0.15, { previousProbability90d: 0.1, mrr: 1000 }),
      account('new', 0.9, { mrr: 1e6 }),
    ]);
    const watched = rule({ mrr_at_risk_rises_by: 0.4 });
    expect(nights(watched, [calm, worse])).toEqual([[], ['tenant']]);
    expect(crossings(watched, worse, new Set()).alerts[0]!.text).toBe(
      'MRR at risk rose from 100 USD to 150 USD within a week',
    );
    const twoCurrencies = portfolio([
      account('a', 0.8, { mrr: 1000 }),
      account('b', 0.8, { mrr: 1000, currency: 'EUR' }),
    ]);
    expect(nights(rule({ mrr_at_risk_at_least: 1500 }), [twoCurrencies])).toEqual([[]]);
    expect(crossings(rule({ mrr_at_risk_at_least: 800 }), twoCurrencies, new Set()).alerts[0]!.text).toBe(
      'MRR at risk is 800 USD',
    );
    const critical = portfolio([account('a', 0.9, { band: 'critical' }), account('b', 0.1)]);
    expect(nights(rule({ critical_share_at_least: 0.5 }), [calm, critical])).toEqual([[], ['tenant']]);
  });

  it('speaks of the night itself from the first night on', () => {
    const old = portfolio([], { today: day('2026-11-12'), heldBack: 'events stopped on Monday' });
    expect(nights(rule({ scores_older_than_days: 2 }), [old, old])).toEqual([['tenant'], []]);
    expect(nights(rule({ scores_older_than_days: 3 }), [old])).toEqual([[]]);
    expect(crossings(rule({ held_back: true }), old, null).alerts[0]!.text).toMatch(
      /2026-11-09 stay: events stopped/,
    );
  });

  it('has the same id whenever it is raised, and another for every tenant, account, rule and day', () => {
    const ids = (one: Portfolio, watched = rule({ probability_at_least: 0.5 })) =>
      crossings(watched, one, new Set()).alerts.map(({ id }) => id);
    const base = portfolio([account('a', 0.9)]);
    const all = [
      ids(base),
      ids({ ...base, tenantId: tenant('globex') }),
      ids({ ...base, asOf: day('2026-11-10') }),
      ids(portfolio([account('b', 0.9)])),
      ids(base, rule({ probability_at_least: 0.5 }, { name: 'other' })),
    ].flat();
    expect(new Set(all).size).toBe(5);
    expect(ids(base)).toEqual(ids(base));
    // Held back on two nights, while the scores stay those of one day.
    const held = (today: string) =>
      ids(portfolio([], { today: day(today), heldBack: 'x' }), rule({ held_back: true }));
    expect(held('2026-11-10')).not.toEqual(held('2026-11-12'));
  });

  it('says three reasons of an account', () => {
    const [alert] = crossings(
      rule({ probability_at_least: 0.5 }),
      portfolio([account('a', 0.9)]),
      new Set(),
    ).alerts;
    expect(alert!.account!.reasons).toEqual(['Nobody logs in.', 'b', 'c']);
    expect(alert!.text).toBe('Customer a is at 90 % risk within 90 days');
  });
});
