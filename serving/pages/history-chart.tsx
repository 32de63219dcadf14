/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import type { AccountDetail } from '../read-model/score-documents.ts';
import { LineChart } from './charts/line-chart.tsx';
import { percent } from './format.ts';

type History = readonly Pick<
  AccountDetail['history'][number],
  'as_of_date' | 'churn_probability_90d' | 'risk_band' | 'model'
>[];

/** The 90-day probability over time, as it was said then: every scored day, and where another model took over. */
export function HistoryChart({ points }: { readonly points: History }) {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2)
    return <p class="dim">Not enough data: one score so far, and a line needs two.</p>;
  const changes = modelChanges(points);
  return (
    <>
      <LineChart
        points={points.map((point) => ({ date: point.as_of_date, value: point.churn_probability_90d }))}
        format={(value) => `${Math.round(value * 100)} %`}
        title={`The 90-day chance went from ${percent(first.churn_probability_90d)} on ${first.as_of_date} to ${percent(last.churn_probability_90d)} on ${last.as_of_date}`}
        changes={changes.map(({ date, model }) => ({ date, label: model.split(' ').at(-1)! }))}
        ceiling={1}
      />
      {changes.length === 0 ? null : (
        <p class="small dim">
          {changes.map(({ date, model }) => `From ${date} on ${model} scores.`).join(' ')} A step there may be
          the model and not the account.
        </p>
      )}
      <details class="small">
        <summary>All {points.length} scores</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">As of</th>
              <th scope="col" class="number">
                90 days
              </th>
              <th scope="col">Band</th>
              <th scope="col">Model</th>
            </tr>
          </thead>
          <tbody>
            {[...points].reverse().map((point) => (
              <tr>
                <td class="nowrap">{point.as_of_date}</td>
                <td class="number">{percent(point.churn_probability_90d)}</td>
                <td>{point.risk_band}</td>
                <td>{point.model}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}

/** Days from which on another model scores than the day before. */
export function modelChanges(points: History): { readonly date: string; readonly model: string }[] {
  return points.flatMap(({ as_of_date: date, model }, at) =>
    at > 0 && points[at - 1]!.model !== model ? [{ date, model }] : [],
  );
}
