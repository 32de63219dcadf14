/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import type { CurrencyTotals, RiskTotals, RiskTrend } from '../read-model/risk-totals.ts';
import { Sparkline } from './charts/sparkline.tsx';
import { amount, count } from './format.ts';

/** How many accounts are listed, what they pay, and how both moved: of what is filtered, never of more. */
export function RiskSummary(props: {
  readonly totals: RiskTotals;
  readonly trend: RiskTrend;
  /** Accounts of the tenant, filtered or not. */
  readonly summary: { readonly account_count: number };
  readonly ownName: string | null;
  readonly query: { readonly owner?: string | undefined };
}) {
  const { totals, trend, summary, ownName, query } = props;
  const isAll = totals.accounts === summary.account_count;
  const whose = query.owner !== undefined && query.owner === ownName ? 'my accounts' : 'accounts';
  const first = trend.points[0];
  const last = trend.points.at(-1);
  return (
    <section aria-label="Totals of what is listed">
      <ul class="tiles">
        <li class="tile">
          <strong>{count(totals.accounts)}</strong>
          <span class="dim small">
            {isAll ? whose : `${whose} of ${count(summary.account_count)}`} listed
          </span>
        </li>
        <li class="tile">
          <strong>{count(totals.byBand.high + totals.byBand.critical)}</strong>
          <span class="dim small">high or critical</span>
          {first === undefined || last === undefined || trend.points.length < 2 ? null : (
            <Moved
              values={trend.points.map(({ highCount }) => highCount)}
              words={`${count(first.highCount)} of ${count(first.accounts)} on ${first.asOf}`}
            />
          )}
        </li>
        {totals.revenue.map((revenue) => (
          <Revenue revenue={revenue} trend={trend} />
        ))}
      </ul>
      {trend.leftCount === 0 || trend.points.length < 2 ? null : (
        <p class="dim small">
          The lines count{' '}
          {trend.leftCount === 1
            ? 'one account that left since, as long as it was there'
            : `${count(trend.leftCount)} accounts that left since, as long as they were there`}
          .{totals.revenue.length === 0 ? '' : ' Revenue in them is what each account paid last.'}
        </p>
      )}
    </section>
  );
}

function Revenue(props: { readonly revenue: CurrencyTotals; readonly trend: RiskTrend }) {
  const { revenue, trend } = props;
  const position = trend.currencies.indexOf(revenue.currency);
  const values = trend.points.map(({ mrrAtRisk }) => mrrAtRisk[position] ?? 0);
  return (
    <li class="tile">
      <strong>{amount(revenue.mrrAtRisk, revenue.currency)}</strong>
      <span class="dim small">MRR at risk, of {amount(revenue.mrr, revenue.currency)} a month</span>
      {values.length < 2 ? null : (
        <Moved
          values={values}
          words={`${amount(values[0]!, revenue.currency)} on ${trend.points[0]!.asOf}`}
        />
      )}
    </li>
  );
}

function Moved({ values, words }: { readonly values: readonly number[]; readonly words: string }) {
  return (
    <>
      <Sparkline values={values} />
      <span class="dim small">{words}</span>
    </>
  );
}
