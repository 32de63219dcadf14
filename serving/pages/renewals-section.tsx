/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import type { Renewals } from '../read-model/renewals.ts';
import type { AccountRisk } from '../read-model/score-documents.ts';
import { amount, count, day, percent } from './format.ts';
import { MoneyCell } from './money-cell.tsx';
import { tenantPath } from './tenant-navigation.tsx';

/** What renews in the next quarter week by week, and by name what of it is at high risk. */
export function RenewalsSection(props: {
  readonly tenantId: string;
  readonly renewals: Renewals;
  /** The first of those at high or critical risk. */
  readonly atRisk: readonly AccountRisk[];
}) {
  const { tenantId, renewals, atRisk } = props;
  const { weeks, highRows, overdueCount, unknownCount } = renewals;
  const total = weeks.reduce((sum, { accounts }) => sum + accounts, 0);
  return (
    <section class="card">
      <h2>Renewals of the next 13 weeks</h2>
      <p class="text">
        {total === 0
          ? 'No known renewal falls into the quarter.'
          : `${count(total)} ${total === 1 ? 'account renews' : 'accounts renew'} in the quarter, ${count(highRows.length)} of them at high or critical risk.`}{' '}
        <span class="dim">
          {overdueCount === 0 ? '' : `${count(overdueCount)} more are overdue. `}
          {unknownCount === 0 ? '' : `Of ${count(unknownCount)} no renewal is known.`}
        </span>
      </p>
      {total === 0 ? null : (
        <div class="columns">
          <section class="scroll" tabindex={0} aria-label="Renewals by week">
            <table>
              <caption class="unseen">Renewals by week</caption>
              <thead>
                <tr>
                  <th scope="col">Week from</th>
                  <th scope="col" class="number">
                    Accounts
                  </th>
                  <th scope="col" class="number">
                    High, critical
                  </th>
                  <th scope="col" class="number">
                    MRR
                  </th>
                  <th scope="col" class="number">
                    At risk
                  </th>
                </tr>
              </thead>
              <tbody>
                {weeks.map(({ from, accounts, highCount, mrr, mrrAtRisk }) => (
                  <tr>
                    <th scope="row" class="nowrap">
                      {from}
                    </th>
                    <td class="number">{count(accounts)}</td>
                    <td class="number">{count(highCount)}</td>
                    <MoneyCell money={mrr} />
                    <MoneyCell money={mrrAtRisk} />
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
          <div>
            <h3>At high or critical risk</h3>
            {atRisk.length === 0 ? (
              <p class="dim">None of those that renew.</p>
            ) : (
              <ul class="plain">
                {atRisk.map((account) => (
                  <li>
                    <a href={`${tenantPath(tenantId)}/accounts/${encodeURIComponent(account.account_id)}`}>
                      {account.name ?? account.account_id}
                    </a>{' '}
                    <span class={`band ${account.risk_band}`}>{account.risk_band}</span>
                    <div class="small dim">
                      renews {day(account.renews_at)} · {percent(account.churn_probability_90d)} ·{' '}
                      {amount(account.mrr, account.currency)} a month
                    </div>
                  </li>
                ))}
              </ul>
            )}
            {highRows.length > atRisk.length ? (
              <p class="small">
                <a href={`${tenantPath(tenantId)}?renews_within=90&band=high,critical&sort=renews_at`}>
                  All at high or critical risk by renewal, overdue ones first
                </a>
              </p>
            ) : null}
          </div>
        </div>
      )}
    </section>
  );
}
