/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import type { AccountRisk } from '../read-model/score-documents.ts';
import { amount, change, count, percent } from './format.ts';
import { tenantPath } from './tenant-navigation.tsx';

/** Accounts whose chance moved most in one direction. */
export function MoversTable(props: {
  readonly title: string;
  readonly tenantId: string;
  readonly accounts: readonly AccountRisk[];
  /** Shown or not. */
  readonly total: number;
  /** The list of all of them. */
  readonly allLink: string;
}) {
  const { title, tenantId, accounts, total, allLink } = props;
  return (
    <section class="card">
      <h2>{title}</h2>
      {accounts.length === 0 ? (
        <p class="dim">No account moved by a point or more.</p>
      ) : (
        <>
          <div class="scroll">
            <table class="stacked">
              <caption class="unseen">{title}</caption>
              <thead>
                <tr>
                  <th scope="col">Account</th>
                  <th scope="col" class="number">
                    Change, points
                  </th>
                  <th scope="col" class="number">
                    90 days
                  </th>
                  <th scope="col" class="number">
                    MRR
                  </th>
                </tr>
              </thead>
              <tbody>
                {accounts.map((account) => {
                  const moved = change(account.change_90d);
                  return (
                    <tr>
                      <td class="account">
                        <a
                          href={`${tenantPath(tenantId)}/accounts/${encodeURIComponent(account.account_id)}`}
                        >
                          {account.name ?? account.account_id}
                        </a>
                        <div class="small dim">{account.owner ?? 'no owner'}</div>
                      </td>
                      <td class={`number lead ${moved.direction}`}>{moved.text}</td>
                      <td class="number">
                        {percent(account.churn_probability_90d)}
                        <div>
                          <span class={`band ${account.risk_band}`}>{account.risk_band}</span>
                        </div>
                      </td>
                      <td class="number" data-label="MRR">
                        {amount(account.mrr, account.currency)}
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
          <p class="small">
            <a href={allLink}>All {count(total)} that moved so by a point or more</a>
          </p>
        </>
      )}
    </section>
  );
}
