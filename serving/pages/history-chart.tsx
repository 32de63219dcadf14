/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import type { AccountDetail } from '../read-model/score-documents.ts';
import { percent } from './format.ts';

const WIDTH = 480;
const HEIGHT = 130;
const LEFT = 36;
const BOTTOM = 20;
const TOP = 8;

/** The 90-day probability over time, as it was said then. */
export function HistoryChart({ points }: { readonly points: AccountDetail['history'] }) {
  if (points.length < 2) return <p class="dim">One score so far; a line needs two.</p>;
  const times = points.map((point) => Date.parse(point.as_of_date));
  const [first, last] = [times[0]!, times.at(-1)!];
  const top = Math.min(1, Math.max(...points.map((point) => point.churn_probability_90d)) * 1.15 || 1);
  const x = (time: number) => LEFT + ((time - first) / (last - first)) * (WIDTH - LEFT - 8);
  const y = (probability: number) => TOP + (1 - probability / top) * (HEIGHT - TOP - BOTTOM);
  const at = points.map(
    (point, index) => [x(times[index]!).toFixed(1), y(point.churn_probability_90d).toFixed(1)] as const,
  );
  return (
    <svg class="history" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label="Probability over time">
      {[0, 0.5, 1].map((share) => (
        <>
          <line class="axis" x1={LEFT} x2={WIDTH - 8} y1={y(share * top)} y2={y(share * top)} />
          <text x={LEFT - 5} y={y(share * top) + 4} text-anchor="end">
            {Math.round(share * top * 100)} %
          </text>
        </>
      ))}
      <polyline class="line" points={at.map((point) => point.join(',')).join(' ')} />
      {at.map(([cx, cy], index) => (
        <circle class="dot" cx={cx} cy={cy} r="3">
          <title>
            {points[index]!.as_of_date}: {percent(points[index]!.churn_probability_90d)}
          </title>
        </circle>
      ))}
      <text x={LEFT} y={HEIGHT - 4}>
        {points[0]!.as_of_date}
      </text>
      <text x={WIDTH - 8} y={HEIGHT - 4} text-anchor="end">
        {points.at(-1)!.as_of_date}
      </text>
    </svg>
  );
}
