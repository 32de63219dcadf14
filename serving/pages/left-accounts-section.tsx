/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import type { LeftAccount } from '../read-model/left-accounts.ts';
import type { ChurnDefinition } from '../scores-mart/tenant-profiles.ts';
import { churnRule } from './churn-words.ts';
import { amount, count, percent } from './format.ts';
import { tenantPath } from './tenant-navigation.tsx';

/** The newest of them are enough for a look back; the rest is counted. */
const MOST_SHOWN = 50;

/** Accounts that are not listed any more, and what had been said of them. */
export function LeftAccountsSection(props: {
  readonly tenantId: string;
  readonly left: readonly LeftAccount[];
  readonly churn: ChurnDefinition | null;
  /** Of the accounts that are listed now. */
  readonly listed: { readonly accounts: number; readonly highCount: number };
}) {
  const { tenantId, left, churn, listed } = props;
  const warned = left.filter(({ highSince }) => highSince !== null).length;
  const shown = left.slice(0, MOST_SHOWN);
  return (
    <section class="card">
      <h2>No longer on the list, and what we had said</h2>
      <p class="text dim">
        Accounts that were scored within half a year and are not any more. They churned, or became too quiet
        to be scored; the scores do not tell which. {churnRule(churn)}
      </p>
      {left.length === 0 ? (
        <p>None: every account that was scored in half a year is still listed.</p>
      ) : (
        <>
          <p class="text">
            <strong>
              {count(warned)} of {count(left.length)}
            </strong>{' '}
            stood at high or critical risk when they were last scored
            {listed.accounts === 0
              ? '.'
              : `; of those still listed it is ${count(listed.highCount)} of ${count(listed.accounts)}.`}
          </p>
          <div class="scroll">
            <table class="stacked">
              <caption class="unseen">Accounts that are no longer on the list</caption>
              <thead>
                <tr>
                  <th scope="col">Account</th>
                  <th scope="col">Last scored</th>
                  <th scope="col" class="number">
                    90 days, then
                  </th>
                  <th scope="col">Band</th>
                  <th scope="col">What we had said</th>
                  <th scope="col" class="number">
                    MRR, then
                  </th>
                </tr>
              </thead>
              <tbody>
                {shown.map((account) => (
                  <tr>
                    <td class="account">
                      <a href={`${tenantPath(tenantId)}/accounts/${encodeURIComponent(account.accountId)}`}>
                        {account.name ?? account.accountId}
                      </a>
                    </td>
                    <td class="nowrap" data-label="Last scored">
                      {account.lastScored}
                    </td>
                    <td class="number lead">{percent(account.probability90d)}</td>
                    <td class="second">
                      <span class={`band ${account.band}`}>{account.band}</span>
                    </td>
                    <td class="reason">{verdict(account)}</td>
                    <td class="number" data-label="MRR">
                      {amount(Number.isNaN(account.mrr) ? null : account.mrr, account.currency)}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {left.length > shown.length ? (
            <p class="small dim">
              The {count(shown.length)} that left last, of {count(left.length)}.
            </p>
          ) : null}
        </>
      )}
    </section>
  );
}

/** @example verdict({ highSince: '2026-09-07', lastScored: '2026-11-02', ... }) // 'Warned: high or critical for 8 weeks, since 2026-09-07' */
function verdict({ highSince, lastScored, wasHigh }: LeftAccount): string {
  if (highSince === null)
    return wasHigh
      ? 'Had been at high or critical risk, but not at the end'
      : 'Missed: never at high or critical risk';
  const weeks = Math.round((Date.parse(lastScored) - Date.parse(highSince)) / (7 * 86_400_000));
  if (weeks === 0) return 'Warned: high or critical at the last score';
  return `Warned: high or critical for ${weeks === 1 ? 'a week' : `${weeks} weeks`}, since ${highSince}`;
}
