/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import type { TenantModelCard } from '../champions/tenant-model-card.ts';
import { BarChart } from './charts/bar-chart.tsx';
import { count, highest, percent } from './format.ts';
import { horizonOf } from './horizon-words.ts';
import { ReliabilityChart, type ReliabilityGroup } from './reliability-chart.tsx';

/** Whether chances came true, group by group, and how churned accounts gather at the top. */
export function ModelCalibration(props: Pick<TenantModelCard, 'target' | 'reliability' | 'lift'>) {
  const { target, reliability, lift } = props;
  const groups = reliability.flatMap(({ rows, mean_probability: forecast, observed_rate: came }) =>
    rows === null || forecast === null || came === null ? [] : [{ rows, forecast, came }],
  );
  if (target === null || groups.length === 0) return null;
  const bars = lift.flatMap(({ share, lift: times }) => (times === null ? [] : [{ share, times }]));
  return (
    <div class="columns">
      <section class="card">
        <h2>Did its chances come true?</h2>
        <ReliabilityChart groups={groups} title={reliabilityFinding(groups)} />
        <p class="small">
          The test rows in {count(groups.length)} groups by their chance within {horizonOf(target)}. A dot on
          the dashed line came as forecast; below it fewer churned, above it more.
        </p>
        <details class="small">
          <summary>The groups in figures</summary>
          <table>
            <caption class="unseen">Forecast and outcome by group</caption>
            <thead>
              <tr>
                <th scope="col" class="number">
                  Rows
                </th>
                <th scope="col" class="number">
                  Forecast
                </th>
                <th scope="col" class="number">
                  Churned
                </th>
              </tr>
            </thead>
            <tbody>
              {groups.map(({ rows, forecast, came }) => (
                <tr>
                  <td class="number">{count(rows)}</td>
                  <td class="number">{percent(forecast)}</td>
                  <td class="number">{percent(came)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      </section>
      {bars.length === 0 ? null : (
        <section class="card">
          <h2>How many churned gather at the top?</h2>
          <BarChart
            bars={bars.map(({ share, times }) => ({ label: highest(share), value: times }))}
            // An axis has room for few letters.
            format={(value) => `${value.toFixed(1)} ×`}
            title={`Of the ${highest(bars[0]!.share)} of chances ${timesText(bars[0]!.times)} as many churned as of all`}
          />
          <p class="small">
            A bar says how many times as many churned among the highest chances as among all accounts. Picking
            at random gives 1.
          </p>
          <details class="small">
            <summary>The bars in figures</summary>
            <table>
              <caption class="unseen">Lift by share of the highest chances</caption>
              <thead>
                <tr>
                  <th scope="col">Chances</th>
                  <th scope="col" class="number">
                    Times the average
                  </th>
                </tr>
              </thead>
              <tbody>
                {bars.map(({ share, times }) => (
                  <tr>
                    <th scope="row">{highest(share)}</th>
                    <td class="number">{timesText(times)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </details>
        </section>
      )}
    </div>
  );
}

function reliabilityFinding(groups: readonly ReliabilityGroup[]): string {
  const last = groups.at(-1)!;
  return `In the highest of ${groups.length} groups ${percent(last.forecast)} were forecast to churn and ${percent(last.came)} did; in the lowest ${percent(groups[0]!.forecast)} were and ${percent(groups[0]!.came)} did`;
}

function timesText(value: number): string {
  return `${value.toFixed(1)} times`;
}
