/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import { addDays, asOfDateSchema } from '../../features/contract/as-of-date.ts';
import type { FeatureValue } from '../../models/scoring/drivers/driver.ts';
import type { AccountDetail } from '../read-model/score-documents.ts';
import { waterfall } from '../read-model/waterfall.ts';
import type { ExplainedDriver } from '../scores-mart/tell-drivers.ts';
import type { ChurnDefinition } from '../scores-mart/tenant-profiles.ts';
import { AccountMarks } from './account-marks.tsx';
import { ActivityByKind } from './activity-by-kind.tsx';
import { activityWords } from './activity-words.ts';
import { BarChart } from './charts/bar-chart.tsx';
import { churnRule, churnVerb } from './churn-words.ts';
import { EndedDataNotice } from './ended-data-notice.tsx';
import { amount, change, count, day, interval, percent, signed } from './format.ts';
import { HeldBackNotice } from './held-back-notice.tsx';
import { HistoryChart } from './history-chart.tsx';
import { Layout } from './layout.tsx';
import { SurvivalChart } from './survival-chart.tsx';
import { tenantPath } from './tenant-navigation.tsx';
import { WaterfallTable } from './waterfall-table.tsx';

export interface AccountViewProps {
  readonly account: AccountDetail;
  readonly churn: ChurnDefinition | null;
  readonly newestAsOf: string;
  readonly notice: string | null;
}

/** One account: how likely it leaves, why, what moved, and what to do. */
export function AccountView({ account, churn, newestAsOf, notice }: AccountViewProps) {
  const moved = change(account.change_90d);
  const title = account.name ?? account.account_id;
  const steps = waterfall(account);
  const range = interval(account);
  return (
    <Layout title={title} isLoggedIn tenantId={account.tenant_id}>
      {notice === null ? null : <p class="notice">{notice}</p>}
      <p class="small">
        <a href={tenantPath(account.tenant_id)}>← {account.tenant_id}</a>
      </p>
      <HeldBackNotice heldBack={account.held_back} />
      <EndedDataNotice asOf={account.as_of_date} newestAsOf={newestAsOf} />
      <h1>
        {title} <span class={`band ${account.risk_band}`}>{account.risk_band}</span>
      </h1>
      <p class="dim">
        {account.account_id} · rank {count(account.risk_rank)} · as of {account.as_of_date} · model{' '}
        {account.model_name} {account.model_version}
      </p>
      <AccountMarks account={account} weeks={account.weekly_events} asOf={account.as_of_date} />
      <ul class="tiles">
        <li class="tile">
          <strong>{percent(account.churn_probability_90d)}</strong>
          <span class="dim small">
            chance that within 90 days it {churnVerb(churn)}
            {range === null ? '' : `; 80 % interval ${range}`}
          </span>
        </li>
        <li class="tile">
          <strong>{percent(account.churn_probability_60d)}</strong>
          <span class="dim small">within 60 days</span>
        </li>
        <li class="tile">
          <strong>{percent(account.churn_probability_30d)}</strong>
          <span class="dim small">within 30 days</span>
        </li>
        <li class="tile">
          <strong class={moved.direction}>{moved.text}</strong>
          <span class="dim small">
            {account.change_90d === null
              ? 'no earlier score to compare with'
              : 'points since the previous score'}
          </span>
        </li>
        <li class="tile">
          <strong>{amount(account.mrr_at_risk, account.currency)}</strong>
          <span class="dim small">
            {account.mrr === null ? 'no revenue is known' : 'MRR at risk a month'}
          </span>
        </li>
      </ul>
      <p class="text dim">
        Of a hundred accounts with this chance, {asCount(account.churn_probability_90d)}. {churnRule(churn)}
        {range === null
          ? ''
          : ' The interval is of the churn rate among accounts that are scored like this one, as far as the accounts that calibrated the model tell.'}
      </p>
      <div class="columns">
        <div>
          <section class="card">
            <h2>Why</h2>
            <Drivers
              drivers={account.drivers}
              none="Nothing about this account is far enough from the typical one to explain its score."
              sides={{ raises: 'Speaks for leaving', lowers: 'Speaks for staying' }}
            />
          </section>
          <section class="card">
            <h2>From the typical account to this one</h2>
            {steps === null ? (
              <p class="dim">Not enough data: this score does not keep where its reasons start.</p>
            ) : (
              <WaterfallTable waterfall={steps} />
            )}
          </section>
          <section class="card">
            <h2>Account</h2>
            <dl class="facts">
              <Fact name="Owner" value={account.owner} />
              <Fact name="Segment" value={account.segment} />
              <Fact name="Region" value={account.region} />
              <Fact name="MRR" value={amount(account.mrr, account.currency)} />
              <Fact name="Renews" value={day(account.renews_at)} />
            </dl>
          </section>
        </div>
        <div>
          <section class="card">
            <h2>Why it moved</h2>
            {account.previous_probability_90d === null ? (
              <p class="dim">
                Not enough data: this is its first score, so there is nothing to compare with.
              </p>
            ) : (
              <>
                <p>
                  From {percent(account.previous_probability_90d)} to {percent(account.churn_probability_90d)}
                  , by the same model.
                </p>
                <Drivers
                  drivers={account.change_drivers}
                  none="Nothing that moved the score."
                  sides={{ raises: 'Raised it', lowers: 'Lowered it' }}
                />
              </>
            )}
          </section>
          <section class="card">
            <h2>History of the 90-day chance</h2>
            <HistoryChart points={account.history} />
          </section>
          <section class="card">
            <h2>{account.activity_by_kind === null ? 'Activity by week' : 'Activity by kind over a year'}</h2>
            {account.activity_by_kind === null ? (
              <TwelveWeeks weeks={account.weekly_events} asOf={account.as_of_date} />
            ) : (
              <ActivityByKind
                activity={account.activity_by_kind}
                asOf={asOfDateSchema.parse(account.as_of_date)}
              />
            )}
          </section>
          <section class="card">
            <h2>Still there after</h2>
            <SurvivalChart
              churned={[
                account.churn_probability_30d,
                account.churn_probability_60d,
                account.churn_probability_90d,
              ]}
            />
          </section>
        </div>
      </div>
    </Layout>
  );
}

/** @example asCount(0.123) // 'about 12 do within 90 days' */
function asCount(probability: number): string {
  const of = Math.round(probability * 100);
  if (of === 0) return 'hardly one does within 90 days';
  if (of === 100) return 'nearly all do within 90 days';
  return of === 1 ? 'about one does within 90 days' : `about ${of} do within 90 days`;
}

function Fact({ name, value }: { readonly name: string; readonly value: string | null }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value ?? '–'}</dd>
    </>
  );
}

/** What the score itself keeps, for a date of which the marts have no year. */
function TwelveWeeks(props: { readonly weeks: readonly number[] | null; readonly asOf: string }) {
  const { weeks, asOf } = props;
  if (weeks === null) return <p class="dim">Not enough data: this score keeps no weekly counts.</p>;
  const words = activityWords(weeks);
  const date = asOfDateSchema.parse(asOf);
  const bars = weeks.map((value, at) => ({ label: addDays(date, (at - weeks.length) * 7), value }));
  return (
    <>
      <p>
        {words.charAt(0).toUpperCase() + words.slice(1)}.{' '}
        <span class="dim">
          The year by kind is not there: the marts have none of {asOf}. They have it of each date that is
          scored from their next build on.
        </span>
      </p>
      <BarChart bars={bars} format={count} title={`Events by week: ${words}`} />
      <details class="small">
        <summary>The twelve weeks</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Week from</th>
              <th scope="col" class="number">
                Events
              </th>
            </tr>
          </thead>
          <tbody>
            {bars.toReversed().map(({ label, value }) => (
              <tr>
                <td>{label}</td>
                <td class="number">{count(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}

const BAR_WIDTH = 240;
const RAW = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

function Drivers(props: {
  readonly drivers: readonly ExplainedDriver[];
  /** What is said where there are none. */
  readonly none: string;
  /** Heads of both sides: direction is not told by colour alone, and not behind every line. */
  readonly sides: Readonly<Record<ExplainedDriver['direction'], string>>;
}) {
  const { drivers, none, sides } = props;
  if (drivers.length === 0) return <p class="dim">{none}</p>;
  const greatest = Math.max(...drivers.map(({ contribution }) => Math.abs(contribution)));
  return (
    <>
      {(['raises', 'lowers'] as const).map((side) => {
        const ofSide = drivers.filter(({ direction }) => direction === side);
        if (ofSide.length === 0) return null;
        return (
          <>
            <h3>{sides[side]}</h3>
            <ul class="drivers">
              {ofSide.map(({ sentence, play, contribution, theme_label, columns }) => (
                <li>
                  {sentence}
                  <svg class="bar" width={BAR_WIDTH} height="6" aria-hidden="true" focusable="false">
                    <rect class="track" width={BAR_WIDTH} height="6" rx="3" />
                    <rect
                      class={side}
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
          </>
        );
      })}
    </>
  );
}

/** The features behind a driver, for who wants to check it. */
function Behind(props: { readonly theme: string; readonly columns: ExplainedDriver['columns'] }) {
  const { theme, columns } = props;
  return (
    <details class="small">
      <summary>What is behind “{theme}”</summary>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Feature</th>
              <th scope="col" class="number">
                Here
              </th>
              <th scope="col" class="number">
                Typical
              </th>
              <th scope="col" class="number">
                Log-odds
              </th>
            </tr>
          </thead>
          <tbody>
            {columns.map(({ feature, label, value, typical, contribution }) => (
              <tr>
                <td>
                  {label}
                  <div class="dim">
                    <code>{feature}</code>
                  </div>
                </td>
                <td class="number">{raw(value)}</td>
                <td class="number">{raw(typical)}</td>
                <td class="number">{signed(contribution)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function raw(value: FeatureValue): string {
  return typeof value === 'number' ? RAW.format(value) : (value ?? '–');
}
