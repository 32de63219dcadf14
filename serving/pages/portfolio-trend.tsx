/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import { RISK_BANDS } from '../../models/scoring/probability/risk-bands.ts';
import type { Summary } from '../read-model/score-documents.ts';
import { LineChart } from './charts/line-chart.tsx';
import { amount, count } from './format.ts';
import { MoneyCell } from './money-cell.tsx';
import { StackedBands } from './stacked-bands.tsx';

type TrendPoints = Summary['trend'];

/** More lines than this are read in the table. */
const MOST_CURRENCIES = 4;
const WORST_FIRST = [...RISK_BANDS].reverse();

/** How many accounts were in which band, and what revenue was at risk, as it was said on each scored day. */
export function PortfolioTrend({ points }: { readonly points: TrendPoints }) {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2)
    return (
      <section class="card">
        <h2>Trend</h2>
        <p class="dim">Not enough data: one scored day so far, and a trend needs two.</p>
      </section>
    );
  const high = ({ accounts_by_band: byBand }: TrendPoints[number]) => byBand.high + byBand.critical;
  const currencies = currenciesOf(points);
  return (
    <section class="card">
      <h2>Trend</h2>
      <div class="columns">
        <div>
          <h3>Accounts by band</h3>
          <StackedBands
            points={points.map((point) => ({ date: point.as_of_date, byBand: point.accounts_by_band }))}
            title={`At high or critical risk: ${count(high(first))} of ${count(first.account_count)} accounts on ${first.as_of_date}, ${count(high(last))} of ${count(last.account_count)} on ${last.as_of_date}`}
          />
          <p class="small">
            {WORST_FIRST.map((band) => (
              <>
                <span class={`band ${band}`}>{band}</span> {count(last.accounts_by_band[band])}{' '}
              </>
            ))}
            <span class="dim">on {last.as_of_date}, from the bottom up</span>
          </p>
        </div>
        <div>
          {currencies.length === 0 ? (
            <>
              <h3>MRR at risk</h3>
              <p class="dim">No account's revenue is known.</p>
            </>
          ) : (
            currencies
              .slice(0, MOST_CURRENCIES)
              .map((currency) => <CurrencyTrend points={points} currency={currency} />)
          )}
        </div>
      </div>
      <details class="small">
        <summary>{points.length} days in numbers</summary>
        <section class="scroll" tabindex={0} aria-label="Accounts by band and MRR at risk by day">
          <table>
            <caption class="unseen">Accounts by band and MRR at risk by day</caption>
            <thead>
              <tr>
                <th scope="col">As of</th>
                <th scope="col" class="number">
                  Accounts
                </th>
                {WORST_FIRST.map((band) => (
                  <th scope="col" class="number">
                    {band}
                  </th>
                ))}
                <th scope="col" class="number">
                  MRR at risk
                </th>
              </tr>
            </thead>
            <tbody>
              {[...points].reverse().map((point) => (
                <tr>
                  <th scope="row" class="nowrap">
                    {point.as_of_date}
                  </th>
                  <td class="number">{count(point.account_count)}</td>
                  {WORST_FIRST.map((band) => (
                    <td class="number">{count(point.accounts_by_band[band])}</td>
                  ))}
                  <MoneyCell money={point.mrr_at_risk_by_currency} />
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
      <p class="dim small">
        Every day as it was said then: a step may be another model, other accounts or other prices. Amounts of
        different currencies are never added.
      </p>
    </section>
  );
}

function CurrencyTrend({ points, currency }: { readonly points: TrendPoints; readonly currency: string }) {
  const values = points.map(({ mrr_at_risk_by_currency: money }) => money[currency] ?? 0);
  const code = currency === '' ? null : currency;
  return (
    <>
      <h3>MRR at risk, {code ?? 'currency unknown'}</h3>
      <LineChart
        points={points.map(({ as_of_date: date }, at) => ({ date, value: values[at]! }))}
        format={(value) => AXIS.format(value)}
        title={`MRR at risk went from ${amount(values[0]!, code)} on ${points[0]!.as_of_date} to ${amount(values.at(-1)!, code)} on ${points.at(-1)!.as_of_date}`}
        height={120}
      />
      <p class="small">
        <strong>{amount(values.at(-1)!, code)}</strong>{' '}
        <span class="dim">
          a month now, {amount(values[0]!, code)} on {points[0]!.as_of_date}
        </span>
      </p>
    </>
  );
}

/** An axis has room for few digits. */
const AXIS = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 });

/** The one with the most at risk now first. */
function currenciesOf(points: TrendPoints): string[] {
  const now = points.at(-1)!.mrr_at_risk_by_currency;
  const all = new Set(points.flatMap(({ mrr_at_risk_by_currency: money }) => Object.keys(money)));
  return [...all].sort((a, b) => (now[b] ?? 0) - (now[a] ?? 0));
}
