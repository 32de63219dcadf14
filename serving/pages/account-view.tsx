/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import type { FeatureValue } from '../../models/scoring/drivers/driver.ts';
import type { AccountDetail } from '../read-model/score-documents.ts';
import type { ExplainedDriver } from '../scores-mart/tell-drivers.ts';
import { change, day, money, percent } from './format.ts';
import { HeldBackNotice } from './held-back-notice.tsx';
import { HistoryChart } from './history-chart.tsx';
import { Layout } from './layout.tsx';

/** One account: how likely it leaves, why, what moved, and what to do. */
export function AccountView({
  account,
  notice,
}: {
  readonly account: AccountDetail;
  readonly notice: string | null;
}) {
  const moved = change(account.change_90d);
  const title = account.name ?? account.account_id;
  return (
    <Layout title={title} isLoggedIn>
      {notice === null ? null : <p class="notice">{notice}</p>}
      <p class="small">
        <a href={`/tenants/${encodeURIComponent(account.tenant_id)}`}>← {account.tenant_id}</a>
      </p>
      <HeldBackNotice heldBack={account.held_back} />
      <h1>
        {title} <span class={`band ${account.risk_band}`}>{account.risk_band}</span>
      </h1>
      <p class="dim">
        {account.account_id} · rank {account.risk_rank} · as of {account.as_of_date} · model{' '}
        {account.model_name} {account.model_version}
      </p>
      <div class="tiles">
        <div class="tile">
          <strong>{percent(account.churn_probability_90d)}</strong>
          <span class="dim small">chance of leaving within 90 days</span>
        </div>
        <div class="tile">
          <strong>{percent(account.churn_probability_60d)}</strong>
          <span class="dim small">within 60 days</span>
        </div>
        <div class="tile">
          <strong>{percent(account.churn_probability_30d)}</strong>
          <span class="dim small">within 30 days</span>
        </div>
        <div class="tile">
          <strong class={moved.direction}>{moved.text}</strong>
          <span class="dim small">points since the previous score</span>
        </div>
        <div class="tile">
          <strong>{money(account.mrr_at_risk)}</strong>
          <span class="dim small">MRR at risk a month</span>
        </div>
      </div>
      <div class="columns">
        <div>
          <section class="card">
            <h2>Why</h2>
            <Drivers drivers={account.drivers} none="No single signal stands out." />
          </section>
          <section class="card">
            <h2>Account</h2>
            <dl class="facts">
              <Fact name="Owner" value={account.owner} />
              <Fact name="Segment" value={account.segment} />
              <Fact name="Region" value={account.region} />
              <Fact name="MRR" value={money(account.mrr)} />
              <Fact name="Renews" value={day(account.renews_at)} />
            </dl>
          </section>
        </div>
        <div>
          <section class="card">
            <h2>What changed</h2>
            <Drivers drivers={account.change_drivers} none="Nothing that moved the score." />
          </section>
          <section class="card">
            <h2>History</h2>
            <HistoryChart points={account.history} />
          </section>
        </div>
      </div>
    </Layout>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string | null }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value ?? '–'}</dd>
    </>
  );
}

const BAR_WIDTH = 240;
const RAW = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

function Drivers({ drivers, none }: { readonly drivers: readonly ExplainedDriver[]; readonly none: string }) {
  if (drivers.length === 0) return <p class="dim">{none}</p>;
  const greatest = Math.max(...drivers.map(({ contribution }) => Math.abs(contribution)));
  return (
    <ul class="drivers">
      {drivers.map(({ sentence, play, contribution, direction, theme_label, columns }) => (
        <li>
          {sentence}
          <svg class="bar" width={BAR_WIDTH} height="6" aria-hidden="true">
            <rect class="track" width={BAR_WIDTH} height="6" rx="3" />
            <rect
              class={direction}
              width={Math.max(3, Math.round((BAR_WIDTH * Math.abs(contribution)) / greatest))}
              height="6"
              rx="3"
            />
          </svg>
          {play === '' ? null : <span class="play">{play}</span>}
          <Behind theme={theme_label} columns={columns} />
        </li>
      ))}
    </ul>
  );
}

/** The features behind a driver, for who wants to check it. */
function Behind({
  theme,
  columns,
}: {
  readonly theme: string;
  readonly columns: ExplainedDriver['columns'];
}) {
  return (
    <details class="small dim">
      <summary>{theme}</summary>
      <table>
        <thead>
          <tr>
            <th>Feature</th>
            <th class="number">Here</th>
            <th class="number">Typical</th>
            <th class="number">Log-odds</th>
          </tr>
        </thead>
        <tbody>
          {columns.map(({ feature, label, value, typical, contribution }) => (
            <tr>
              <td title={feature}>{label}</td>
              <td class="number">{raw(value)}</td>
              <td class="number">{raw(typical)}</td>
              <td class="number">{contribution.toFixed(2)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function raw(value: FeatureValue): string {
  return typeof value === 'number' ? RAW.format(value) : (value ?? '–');
}
