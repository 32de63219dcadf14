import { createHash } from 'node:crypto';
import type { Alert } from '../scores-mart/alert.ts';
import type { AlertRule } from './alert-settings.ts';
import { evaluateRule, type Finding } from './evaluate-rule.ts';
import type { Portfolio } from './portfolio.ts';

/** Of which accounts a rule's condition held when it was last looked at; `''` stands for the tenant itself. */
export type OpenSubjects = ReadonlySet<string>;

export interface Crossings {
  readonly alerts: readonly Alert[];
  readonly open: OpenSubjects;
}

/**
 * Alerts for what has become true since the rule was last looked at. What stays true raises none, nor does what was true
 * when the rule was first looked at: whoever writes a rule on Monday is not told of every account that has been at risk
 * for months.
 *
 * @param before null when the rule has never been looked at for this tenant
 */
export function crossings(rule: AlertRule, portfolio: Portfolio, before: OpenSubjects | null): Crossings {
  const alerts: Alert[] = [];
  // An account that was not scored this time has not become better.
  const scored = new Set(['', ...portfolio.accounts.map(({ accountId }) => accountId)]);
  const open = new Set([...(before ?? [])].filter((subject) => !scored.has(subject)));
  for (const finding of evaluateRule(rule, portfolio)) {
    const subject = finding.account?.accountId ?? '';
    const wasOpen = before?.has(subject) ?? false;
    if (finding.state === 'near') {
      if (wasOpen) open.add(subject);
      continue;
    }
    open.add(subject);
    // A night that fails is news on the first night, too.
    if (!wasOpen && (before !== null || isOperational(rule))) alerts.push(alertOf(rule, portfolio, finding));
  }
  return { alerts, open };
}

/** Whether a rule looks at the night rather than at scores. */
function isOperational({ when }: AlertRule): boolean {
  return 'held_back' in when || 'scores_older_than_days' in when;
}

function alertOf(rule: AlertRule, { tenantId, asOf, today }: Portfolio, { account, text }: Finding): Alert {
  return {
    // What goes wrong with a night can go wrong again while the scores stay those of one day.
    id: alertId(tenantId, account?.accountId ?? '', rule.name, isOperational(rule) ? today : asOf),
    tenantId,
    accountId: account?.accountId ?? null,
    rule: rule.name,
    asOf,
    owner: account?.owner ?? null,
    text,
    account:
      account === null
        ? null
        : {
            name: account.name,
            band: account.band,
            probability_90d: account.probability90d,
            previous_probability_90d: account.previousProbability90d,
            mrr: account.mrr,
            currency: account.currency,
            renews_at: account.renewsAt?.toISOString() ?? null,
            reasons: account.reasons().slice(0, 3),
          },
  };
}

/** The same alert has the same id whenever and wherever it is raised, so that receivers can drop doubles. */
function alertId(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
