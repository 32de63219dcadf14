/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */

import { RISK_BANDS } from '../../models/scoring/probability/risk-bands.ts';
import type { AccountRisk, Summary } from '../read-model/score-documents.ts';
import { moneyText } from '../scores-mart/money-by-currency.ts';
import { change, count, day, money, percent, topReason } from './format.ts';
import { HeldBackNotice } from './held-back-notice.tsx';
import { Layout } from './layout.tsx';

export interface RiskListViewProps {
  readonly summary: Summary;
  readonly accounts: readonly AccountRisk[];
  readonly total: number;
  readonly owners: readonly string[];
  readonly segments: readonly string[];
  /** Whoever is logged in, as `owner` of accounts; null where no account is theirs. */
  readonly ownName: string | null;
  /** The query as it was asked, one text a parameter. */
  readonly asked: Readonly<Record<string, string>>;
  readonly nextCursor: string | null;
  readonly notice: string | null;
}

const SORT_LABELS = {
  risk: 'Risk',
  mrr_at_risk: 'MRR at risk',
  change: 'Rise of risk',
  renews_at: 'Renewal date',
} as const;

/** The list that a customer success manager opens in the morning. */
export function RiskListView(props: RiskListViewProps) {
  const { summary, accounts, total, asked, ownName, nextCursor, notice } = props;
  const path = `/tenants/${encodeURIComponent(summary.tenant_id)}`;
  const link = (changes: Readonly<Record<string, string | undefined>>, at = path) =>
    linkTo(at, asked, changes);
  return (
    <Layout title={summary.tenant_id} isLoggedIn>
      {notice === null ? null : <p class="notice">{notice}</p>}
      <HeldBackNotice heldBack={summary.held_back} />
      <h1>{summary.tenant_id}</h1>
      <p class="dim">
        Risk of losing an account within 90 days, as of {summary.as_of_date} · model {summary.model_name}{' '}
        {summary.model_version}
      </p>
      <div class="tiles">
        <a class={asked.band === undefined ? 'tile on' : 'tile'} href={link({ band: undefined })}>
          <strong>{count(summary.account_count)}</strong>
          <span class="dim small">accounts</span>
        </a>
        {ownName === null ? null : (
          <a class={asked.owner === ownName ? 'tile on' : 'tile'} href={link({ owner: ownName })}>
            <strong>My accounts</strong>
            <span class="dim small">{ownName}</span>
          </a>
        )}
        {[...RISK_BANDS].reverse().map((band) => (
          <a class={asked.band === band ? 'tile on' : 'tile'} href={link({ band })}>
            <strong>{count(summary.accounts_by_band[band])}</strong>
            <span class={`band ${band}`}>{band}</span>
          </a>
        ))}
        <div class="tile">
          <strong>{moneyText(summary.mrr_at_risk_by_currency)}</strong>
          <span class="dim small">MRR at risk a month</span>
        </div>
      </div>
      <Filters {...props} path={path} />
      {accounts.length === 0 ? (
        <p class="card">
          No account is listed. <a href={path}>Show all {count(summary.account_count)}</a>
        </p>
      ) : (
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th class="number">#</th>
                <th>Account</th>
                <th>Band</th>
                <th class="number">90 days</th>
                <th class="number">Change, points</th>
                <th>Top reason</th>
                <th class="number">MRR at risk</th>
                <th class="number">Renews</th>
                <th>Owner</th>
              </tr>
            </thead>
            <tbody>
              {accounts.map((account) => (
                <Row account={account} path={path} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <div class="pages">
        <span class="dim small">
          {count(accounts.length)} of {count(total)} shown ·{' '}
          <a href={link({ cursor: undefined }, `${path}/scores.csv`)}>Export all {count(total)} as CSV</a>
        </span>
        {nextCursor === null ? null : <a href={link({ cursor: nextCursor })}>Next page →</a>}
      </div>
    </Layout>
  );
}

function Row({ account, path }: { readonly account: AccountRisk; readonly path: string }) {
  const moved = change(account.change_90d);
  return (
    <tr>
      <td class="number dim">{account.risk_rank}</td>
      <td class="account">
        <a href={`${path}/accounts/${encodeURIComponent(account.account_id)}`}>
          {account.name ?? account.account_id}
        </a>
        <div class="dim small">
          {[account.name === null ? null : account.account_id, account.segment, account.region]
            .filter((part) => part !== null)
            .join(' · ')}
        </div>
      </td>
      <td>
        <span class={`band ${account.risk_band}`}>{account.risk_band}</span>
      </td>
      <td class="number">
        <strong>{percent(account.churn_probability_90d)}</strong>
      </td>
      <td class={`number ${moved.direction}`}>{moved.text}</td>
      <td class="reason">{topReason(account)}</td>
      <td class="number">{money(account.mrr_at_risk)}</td>
      <td class="number">{day(account.renews_at)}</td>
      <td class="nowrap">{account.owner ?? '–'}</td>
    </tr>
  );
}

function Filters({
  asked,
  owners,
  segments,
  path,
}: Pick<RiskListViewProps, 'asked' | 'owners' | 'segments'> & { readonly path: string }) {
  return (
    <form class="filters" method="get" action={path}>
      {asked.band === undefined ? null : <input type="hidden" name="band" value={asked.band} />}
      <label>
        Account
        <input type="search" name="q" value={asked.q ?? ''} placeholder="Name or id" />
      </label>
      <Choice name="owner" label="Owner" every="Everybody’s" values={owners} asked={asked} />
      <Choice name="segment" label="Segment" every="All" values={segments} asked={asked} />
      <label>
        Sort by
        <select name="sort">
          {Object.entries(SORT_LABELS).map(([sort, label]) => (
            <option value={sort} selected={asked.sort === sort}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <button type="submit">Show</button>
      {Object.keys(asked).some((name) => name !== 'cursor') ? <a href={path}>Clear</a> : null}
    </form>
  );
}

function Choice(props: {
  readonly name: string;
  readonly label: string;
  readonly every: string;
  readonly values: readonly string[];
  readonly asked: Readonly<Record<string, string>>;
}) {
  const { name, label, every, values, asked } = props;
  return (
    <label>
      {label}
      <select name={name}>
        <option value="">{every}</option>
        {values.map((value) => (
          <option value={value} selected={asked[name] === value}>
            {value}
          </option>
        ))}
      </select>
    </label>
  );
}

function linkTo(
  path: string,
  asked: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string | undefined>>,
): string {
  // A cursor belongs to the query it came with.
  const { cursor: _cursor, ...kept } = asked;
  const merged = Object.entries({ ...kept, ...changes }).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(merged as [string, string][]).toString();
  return query === '' ? path : `${path}?${query}`;
}
