/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import { raw } from 'hono/html';
import { EVERY_TENANT } from '../../scores-mart/build-runs.ts';
import type { MonitoringReport, OutcomesOf, WatchedModel } from '../models/monitoring-report.ts';
import { DriftChart, MonthsChart, ReliabilityChart, TenantsChart } from './charts.tsx';
import { metricText, ruleName } from './words.ts';

const STYLE = `:root{color-scheme:light dark;--ink:#1c2430;--dim:#5c6878;--line:#e3e7ec;--ground:#f6f7f9;--card:#fff;--accent:#1f5fbf;--bad:#b3182d}
@media (prefers-color-scheme:dark){:root{--ink:#e6eaf0;--dim:#9aa7b6;--line:#313a46;--ground:#12161c;--card:#1a2028;--accent:#6ea8ff;--bad:#ff7a8a}}
body{margin:0 auto;max-width:76rem;padding:1.5rem;color:var(--ink);background:var(--ground);font:15px/1.5 system-ui,sans-serif}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:1rem 1.25rem;margin:1rem 0}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(20rem,1fr));gap:1.25rem}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}td,th{padding:.3rem .6rem;text-align:right;border-bottom:1px solid var(--line)}th:first-child,td:first-child,.text{text-align:left}
.dim,small{color:var(--dim)}.verdict{font-weight:700}.bad{color:var(--bad)}.scroll{overflow-x:auto}
svg{width:100%;height:auto}svg text{fill:var(--dim);font-size:11px}.bar,.dot{fill:var(--accent)}.flagged{fill:var(--bad)}
.chance,.ideal{stroke:var(--dim);stroke-dasharray:3 3}.interval{stroke:var(--accent);stroke-width:2}.expected{fill:none;stroke:var(--dim);stroke-dasharray:5 4}`;

/** Features that a chart shows. */
const MOST_FEATURES = 20;

/** The report as one page that needs nothing else and no script. */
export function renderMonitoringReport(report: MonitoringReport): string {
  const page = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Models on {report.asOf}</title>
        <style>{raw(STYLE)}</style>
      </head>
      <body>
        <h1>Models on {report.asOf}</h1>
        <p class="dim">
          Run {report.runId}, measured {report.measuredAt}
        </p>
        {report.models.map((watched) => (
          <ModelPart watched={watched} />
        ))}
      </body>
    </html>
  );
  return `<!doctype html>\n${page}\n`;
}

function ModelPart({ watched }: { readonly watched: WatchedModel }) {
  const { recommendation } = watched;
  const overall = watched.drift.filter(({ tenantId }) => tenantId === EVERY_TENANT);
  const longest = watched.realised.findLast(
    ({ tenantId, month, rows }) => tenantId === EVERY_TENANT && month === '' && rows > 0,
  );
  const months = watched.realised
    .filter(
      ({ tenantId, month, horizonDays }) =>
        tenantId === EVERY_TENANT && month !== '' && horizonDays === longest?.horizonDays,
    )
    .sort((left, right) => (left.month < right.month ? -1 : 1));
  const bins =
    watched.reliability.find(({ horizonDays }) => horizonDays === longest?.horizonDays)?.bins ?? [];
  return (
    <>
      <h2>
        {watched.model}@{watched.version}{' '}
        <small>
          trained {watched.trainedAt?.slice(0, 10) ?? '–'}, newest scores {watched.newestAsOf}, tenants:{' '}
          {watched.tenants.length}
        </small>
      </h2>
      {watched.notes.map((note) => (
        <p class="dim">{note}</p>
      ))}
      {recommendation === null ? null : (
        <section>
          <p class={recommendation.retrain ? 'verdict bad' : 'verdict'}>
            {recommendation.retrain ? 'Train again' : 'No reason to train again'}
          </p>
          <table>
            {recommendation.rules.map(({ rule, isMet, detail }) => (
              <tr>
                <th>{ruleName(rule)}</th>
                <td class="text">{detail}</td>
                <td class={isMet ? 'bad' : 'dim'}>{isMet ? 'met' : 'not met'}</td>
              </tr>
            ))}
          </table>
        </section>
      )}
      <section>
        <h3>What became of served scores</h3>
        <OutcomesTable
          rows={watched.realised.filter(({ tenantId, month }) => tenantId === EVERY_TENANT && month === '')}
        />
        {longest === undefined ? null : (
          <div class="columns">
            <figure>
              <MonthsChart months={months} metric="auc" />
              <figcaption>AUC within {longest.horizonDays} days, by month; dashed: expected</figcaption>
            </figure>
            <figure>
              <MonthsChart months={months} metric="log_loss" />
              <figcaption>Log loss; dashed: expected</figcaption>
            </figure>
            <figure>
              <ReliabilityChart bins={bins} />
              <figcaption>Forecast and observed share</figcaption>
            </figure>
          </div>
        )}
      </section>
      <section>
        <h3>What the newest scores promise</h3>
        <p class="dim">
          As far as the probabilities are calibrated, and accounts still behave as those that the model learnt
          from.
        </p>
        <div class="scroll">
          <table>
            <tr>
              <th>horizon</th>
              {Object.keys(watched.expected[0]?.figures ?? {}).map((name) => (
                <th>{name.replaceAll('_', ' ')}</th>
              ))}
            </tr>
            {watched.expected
              .filter(({ tenantId }) => tenantId === EVERY_TENANT)
              .map(({ horizonDays, figures }) => (
                <tr>
                  <th>{horizonDays} days</th>
                  {Object.values(figures).map((value) => (
                    <td>{value === null ? '–' : value.toFixed(3)}</td>
                  ))}
                </tr>
              ))}
          </table>
        </div>
      </section>
      {watched.tenantReliability.length === 0 ? null : (
        <section>
          <h3>Churned to expected, by tenant</h3>
          <TenantsChart tenants={watched.tenantReliability} />
        </section>
      )}
      {overall.length === 0 ? null : (
        <section>
          <h3>Drift of all tenants together</h3>
          <p class="dim">
            The most drifted {Math.min(MOST_FEATURES, overall.length)} of {overall.length}. Dashed: where
            chance ends.
          </p>
          <DriftChart drift={overall.slice(0, MOST_FEATURES)} />
          <p>
            Flagged in single tenants:{' '}
            {watched.drift
              .filter(({ tenantId, isFlagged }) => isFlagged && tenantId !== EVERY_TENANT)
              .slice(0, 50)
              .map(({ tenantId, feature }) => `${tenantId} ${feature}`)
              .join(', ') || 'none'}
          </p>
        </section>
      )}
    </>
  );
}

function OutcomesTable({ rows }: { readonly rows: readonly OutcomesOf[] }) {
  const names = Object.keys(rows[0]?.realised ?? {});
  return (
    <div class="scroll">
      <table>
        <tr>
          <th>horizon</th>
          <th>scores</th>
          <th>churned</th>
          {names.map((name) => (
            <th>{name.replaceAll('_', ' ')}</th>
          ))}
        </tr>
        {rows.map(({ horizonDays, rows: count, churned, realised }) => (
          <tr>
            <th>{horizonDays} days</th>
            <td>{count}</td>
            <td>{churned}</td>
            {names.map((name) => (
              <td>{metricText(realised[name]!)}</td>
            ))}
          </tr>
        ))}
      </table>
    </div>
  );
}
