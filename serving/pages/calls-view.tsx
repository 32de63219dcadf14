/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import { type CallList, EXPECTED_SAVING_FORMULA } from '../read-model/call-list.ts';
import type { Summary } from '../read-model/score-documents.ts';
import type { ChurnDefinition } from '../scores-mart/tenant-profiles.ts';
import { AccountMarks } from './account-marks.tsx';
import { ActivityCell } from './activity-cell.tsx';
import { churnVerb } from './churn-words.ts';
import { EndedDataNotice } from './ended-data-notice.tsx';
import { type FilterChoices, FilterForm } from './filter-form.tsx';
import { amount, count, day, percent, topReason } from './format.ts';
import { HeldBackNotice } from './held-back-notice.tsx';
import { Interval } from './interval.tsx';
import { Layout } from './layout.tsx';
import { type AskedQuery, queryLink } from './query-link.ts';
import type { ListedAccount } from './risk-list-view.tsx';
import { tenantPath } from './tenant-navigation.tsx';

export interface CallsViewProps {
  readonly summary: Pick<Summary, 'tenant_id' | 'as_of_date' | 'held_back'>;
  readonly churn: ChurnDefinition | null;
  readonly newestAsOf: string;
  readonly calls: CallList;
  readonly capacity: number;
  /** In the order of the calls, with what to do where the drivers say. */
  readonly accounts: readonly (ListedAccount & { readonly saving: number; readonly play: string })[];
  readonly choices: FilterChoices;
  readonly asked: AskedQuery;
  readonly notice: string | null;
}

/** Whom to call this week: as many accounts as there is time for, the most expected money first. */
export function CallsView(props: CallsViewProps) {
  const { summary, churn, calls, capacity, accounts, choices, asked, notice } = props;
  const { currency, currencies } = calls;
  const tenant = tenantPath(summary.tenant_id);
  const path = `${tenant}/calls`;
  const others = currencies.filter((one) => one !== currency && one !== null);
  return (
    <Layout
      title={`Who to call first · ${summary.tenant_id}`}
      isLoggedIn
      tenantId={summary.tenant_id}
      page="calls"
    >
      {notice === null ? null : <p class="notice">{notice}</p>}
      <HeldBackNotice heldBack={summary.held_back} />
      <EndedDataNotice asOf={summary.as_of_date} newestAsOf={props.newestAsOf} />
      <h1>Who to call first</h1>
      <p class="dim">
        {summary.tenant_id}, as of {summary.as_of_date}
      </p>
      <FilterForm action={path} asked={asked} choices={choices}>
        <label>
          Calls a week
          <input type="number" name="capacity" min="1" max="100" value={String(capacity)} />
        </label>
      </FilterForm>
      {calls.isByChance ? (
        <p class="text">
          No revenue is known of these accounts, so the list is by the chance alone that within 90 days an
          account {churnVerb(churn)}.
        </p>
      ) : (
        <p class="text">
          <strong>
            {count(calls.rows.length)} {calls.rows.length === 1 ? 'call reaches' : 'calls reach'}{' '}
            {amount(calls.saving, currency)} of {amount(calls.savingOfAll, currency)} at risk a month
            {calls.savingOfAll > 0 ? ` (${percent(calls.saving / calls.savingOfAll)})` : ''}
          </strong>
          , of {count(calls.accounts)} accounts. Ranked by what a call is expected to save:{' '}
          {EXPECTED_SAVING_FORMULA}, times the share of it that a call keeps. That share has not been
          measured; it is taken to be the same for all, so the order does not depend on it.
          {calls.unknown === 0
            ? ''
            : ` Not ranked: ${count(calls.unknown)} accounts whose revenue is not known.`}
        </p>
      )}
      {others.length === 0 ? null : (
        <p>
          Revenue in {currency ?? 'an unknown currency'} only; amounts of two currencies cannot be compared.
          See{' '}
          {others.map((other, at) => (
            <>
              {at === 0 ? '' : ', '}
              <a href={queryLink(path, asked, { currency: other ?? undefined })}>{other}</a>
            </>
          ))}
          .
        </p>
      )}
      {accounts.length === 0 ? (
        <p class="card">
          No account is listed. <a href={path}>Show all</a>
        </p>
      ) : (
        <div class="scroll">
          <table class="stacked">
            <caption class="unseen">Accounts to call, first call first</caption>
            <thead>
              <tr>
                <th scope="col" class="number">
                  Call
                </th>
                <th scope="col">Account</th>
                {calls.isByChance ? null : (
                  <th scope="col" class="number">
                    Expected saving
                  </th>
                )}
                <th scope="col" class="number">
                  90 days
                </th>
                <th scope="col">12 weeks</th>
                <th scope="col">Why, and what to do</th>
                <th scope="col" class="number">
                  Renews
                </th>
                <th scope="col">Owner</th>
              </tr>
            </thead>
            <tbody>
              {accounts.map(({ account, weeks, saving, play }, at) => (
                <tr>
                  <td class="number dim rank">{at + 1}</td>
                  <td class="account">
                    <a href={`${tenant}/accounts/${encodeURIComponent(account.account_id)}`}>
                      {account.name ?? account.account_id}
                    </a>
                    <div class="dim small">{account.segment}</div>
                    <AccountMarks account={account} weeks={weeks} asOf={summary.as_of_date} />
                  </td>
                  {calls.isByChance ? null : (
                    <td class="number" data-label="Saves">
                      {amount(saving, currency)}
                    </td>
                  )}
                  <td class="number lead">
                    <strong>{percent(account.churn_probability_90d)}</strong>
                    <Interval account={account} />
                  </td>
                  <td>
                    <ActivityCell weeks={weeks} />
                  </td>
                  <td class="reason">
                    {topReason(account)}
                    {play === '' ? null : <span class="play">{play}</span>}
                  </td>
                  <td class="number" data-label="Renews">
                    {day(account.renews_at)}
                  </td>
                  <td class="nowrap" data-label="Owner">
                    {account.owner ?? '–'}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Layout>
  );
}
