/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import type { DatedScore } from '../read-model/packed-history.ts';
import type { ChurnDefinition } from '../scores-mart/tenant-profiles.ts';
import { churnRule } from './churn-words.ts';
import { percent } from './format.ts';
import { HistoryChart } from './history-chart.tsx';
import { Layout } from './layout.tsx';
import { tenantPath } from './tenant-navigation.tsx';

/** An account that is not listed any more: what was said of it while it was. */
export function LeftAccountView(props: {
  readonly tenantId: string;
  readonly accountId: string;
  readonly name: string | null;
  readonly churn: ChurnDefinition | null;
  readonly history: readonly DatedScore[];
  /** Of the scores that do not have it any more. */
  readonly asOf: string;
}) {
  const { tenantId, accountId, name, churn, history, asOf } = props;
  const last = history.at(-1);
  const title = name ?? accountId;
  return (
    <Layout title={title} isLoggedIn tenantId={tenantId}>
      <p class="small">
        <a href={tenantPath(tenantId)}>← {tenantId}</a>
      </p>
      <h1>
        {title} <span class="mark">not listed any more</span>
      </h1>
      <p class="dim">{accountId}</p>
      <p class="text">
        {last === undefined
          ? 'It has no score.'
          : `It was last scored on ${last.asOf}: ${percent(last.probability90d)} within 90 days, ${last.band}.`}{' '}
        On {asOf} it was not scored: it had churned by then, or was not active enough to be listed.
      </p>
      <p class="text dim">{churnRule(churn)}</p>
      <section class="card">
        <h2>What was said</h2>
        <HistoryChart
          points={history.map((point) => ({
            as_of_date: point.asOf,
            churn_probability_90d: point.probability90d,
            risk_band: point.band,
            model: point.model,
          }))}
        />
      </section>
    </Layout>
  );
}
