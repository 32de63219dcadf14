/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import { RISK_BANDS } from '../../models/scoring/probability/risk-bands.ts';
import type { RiskTotals, RiskTrend } from '../read-model/risk-totals.ts';
import type { AccountRisk, Summary } from '../read-model/score-documents.ts';
import type { ScoresQuery } from '../read-model/scores-query.ts';
import type { ChurnDefinition } from '../scores-mart/tenant-profiles.ts';
import { AccountMarks } from './account-marks.tsx';
import { ActivityCell } from './activity-cell.tsx';
import { churnVerb } from './churn-words.ts';
import { EndedDataNotice } from './ended-data-notice.tsx';
import { type FilterChoices, FilterForm } from './filter-form.tsx';
import { amount, change, count, day, percent, topReason } from './format.ts';
import { HeldBackNotice } from './held-back-notice.tsx';
import { Interval } from './interval.tsx';
import { Layout } from './layout.tsx';
import { type AskedQuery, queryLink } from './query-link.ts';
import { RiskSummary } from './risk-summary.tsx';
import type { SavedView } from './saved-views.ts';
import { SavedViews } from './saved-views-bar.tsx';
import { SortHead } from './sort-head.tsx';
import { tenantPath } from './tenant-navigation.tsx';

export interface ListedAccount {
  readonly account: AccountRisk;
  /** Events by week, the oldest first; null where none were kept. */
  readonly weeks: readonly number[] | null;
}

export interface RiskListViewProps {
  readonly summary: Pick<
    Summary,
    'tenant_id' | 'as_of_date' | 'model_name' | 'model_version' | 'held_back' | 'account_count'
  >;
  readonly churn: ChurnDefinition | null;
  readonly newestAsOf: string;
  readonly accounts: readonly ListedAccount[];
  /** Accounts on all pages. */
  readonly total: number;
  /** Position of the first one shown, from 0. */
  readonly offset: number;
  /** Of what is filtered. */
  readonly totals: RiskTotals;
  /** Accounts by band of what would be listed if no band were asked for. */
  readonly byBand: RiskTotals['byBand'];
  readonly trend: RiskTrend;
  readonly choices: FilterChoices;
  /** Whoever is logged in, as `owner` of accounts; null where no account is theirs. */
  readonly ownName: string | null;
  readonly asked: AskedQuery;
  readonly query: ScoresQuery;
  readonly nextCursor: string | null;
  readonly previousCursor: string | null;
  readonly views: readonly SavedView[];
  readonly notice: string | null;
}

/** The list that a customer success manager opens in the morning. */
export function RiskListView(props: RiskListViewProps) {
  const { summary, churn, accounts, total, offset, asked, query, ownName, byBand, notice } = props;
  const path = tenantPath(summary.tenant_id);
  const link = (changes: Readonly<Record<string, string | undefined>>, at = path) =>
    queryLink(at, asked, changes);
  const { owner: _owner, ...notByOwner } = asked;
  return (
    <Layout title={summary.tenant_id} isLoggedIn tenantId={summary.tenant_id} page="">
      {notice === null ? null : <p class="notice">{notice}</p>}
      <HeldBackNotice heldBack={summary.held_back} />
      <EndedDataNotice asOf={summary.as_of_date} newestAsOf={props.newestAsOf} />
      <h1>{summary.tenant_id}</h1>
      <p class="dim">
        The chance that within 90 days an account {churnVerb(churn)}, as of {summary.as_of_date} · model{' '}
        {summary.model_name} {summary.model_version}
      </p>
      <RiskSummary {...props} />
      <ul class="tiles" aria-label="Bands">
        {[...RISK_BANDS].reverse().map((band) => {
          const isOn = query.band?.length === 1 && query.band[0] === band;
          return (
            <li>
              <a
                class={isOn ? 'tile on' : 'tile'}
                href={link({ band: isOn ? undefined : band })}
                aria-current={isOn ? 'true' : undefined}
              >
                <strong>{count(byBand[band])}</strong>
                <span class={`band ${band}`}>{band}</span>
              </a>
            </li>
          );
        })}
        {ownName === null ? null : (
          <li>
            <a
              class={query.owner === ownName ? 'tile on' : 'tile'}
              href={query.owner === ownName ? queryLink(path, notByOwner, {}) : link({ owner: ownName })}
              aria-current={query.owner === ownName ? 'true' : undefined}
            >
              <strong>My accounts</strong>
              <span class="dim small">{ownName}</span>
            </a>
          </li>
        )}
      </ul>
      <FilterForm action={path} asked={asked} choices={props.choices} isList />
      <SavedViews path={path} asked={asked} views={props.views} />
      {accounts.length === 0 ? (
        <p class="card">
          No account is listed. <a href={path}>Show all {count(summary.account_count)}</a>
        </p>
      ) : (
        <div class="scroll">
          <table class="stacked">
            <caption class="unseen">Accounts at risk</caption>
            <thead>
              <tr>
                <th scope="col" class="number">
                  #
                </th>
                <SortHead sort="name" label="Account" {...{ link, query }} />
                <th scope="col">Band</th>
                <SortHead sort="risk" label="90 days" name="Risk" {...{ link, query }} isNumber />
                <SortHead sort="change" label="Change, points" {...{ link, query }} isNumber />
                <th scope="col">12 weeks</th>
                <th scope="col">Top reason</th>
                <SortHead sort="mrr_at_risk" label="MRR at risk" {...{ link, query }} isNumber />
                <SortHead sort="renews_at" label="Renews" {...{ link, query }} isNumber />
                <SortHead sort="owner" label="Owner" {...{ link, query }} />
              </tr>
            </thead>
            <tbody>
              {accounts.map((listed) => (
                <Row {...listed} path={path} asOf={summary.as_of_date} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div class="pages">
        <span class="dim small">
          {accounts.length === 0
            ? 'None'
            : `${count(offset + 1)} to ${count(offset + accounts.length)} of ${count(total)}`}{' '}
          · <a href={link({}, `${path}/scores.csv`)}>Export all {count(total)} as CSV</a> ·{' '}
          <a href={link({ sort: undefined, order: undefined, limit: undefined }, `${path}/calls`)}>
            Who of these to call first
          </a>
        </span>
        <nav aria-label="Pages of the list">
          {offset === 0 ? null : (
            <a href={link({ cursor: props.previousCursor ?? undefined })} rel="prev">
              ← Previous page
            </a>
          )}
          {props.nextCursor === null ? null : (
            <a href={link({ cursor: props.nextCursor })} rel="next">
              Next page →
            </a>
          )}
        </nav>
      </div>
    </Layout>
  );
}

function Row(props: ListedAccount & { readonly path: string; readonly asOf: string }) {
  const { account, weeks, path, asOf } = props;
  const moved = change(account.change_90d);
  return (
    <tr>
      <td class="number dim rank">{account.risk_rank}</td>
      <td class="account">
        <a href={`${path}/accounts/${encodeURIComponent(account.account_id)}`}>
          {account.name ?? account.account_id}
        </a>
        <div class="dim small">
          {[account.name === null ? null : account.account_id, account.segment, account.region]
            .filter((part) => part !== null)
            .join(' · ')}
        </div>
        <AccountMarks account={account} weeks={weeks} asOf={asOf} />
      </td>
      <td class="second">
        <span class={`band ${account.risk_band}`}>{account.risk_band}</span>
      </td>
      <td class="number lead">
        <strong>{percent(account.churn_probability_90d)}</strong>
        <Interval account={account} />
      </td>
      <td class={`number ${moved.direction}`} data-label="Change">
        {moved.text}
      </td>
      <td>
        <ActivityCell weeks={weeks} />
      </td>
      <td class="reason">{topReason(account)}</td>
      <td class="number" data-label="MRR at risk">
        {amount(account.mrr_at_risk, account.currency)}
      </td>
      <td class="number" data-label="Renews">
        {day(account.renews_at)}
      </td>
      <td class="nowrap" data-label="Owner">
        {account.owner ?? '–'}
      </td>
    </tr>
  );
}
