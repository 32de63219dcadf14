/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import { count, percent } from './format.ts';

export interface ReliabilityGroup {
  readonly forecast: number;
  readonly came: number;
  readonly rows: number;
}

const WIDTH = 480;
const HEIGHT = 260;
const LEFT = 52;
const RIGHT = 14;
const TOP = 14;
const BOTTOM = 36;

/** What was forecast against what came, a dot for each group: on the dashed line both are the same. The same numbers belong in a table. */
export function ReliabilityChart(props: {
  readonly groups: readonly ReliabilityGroup[];
  /** What the chart shows, as its finding. */
  readonly title: string;
}) {
  const { groups, title } = props;
  const top = Math.min(1, 1.1 * Math.max(0.05, ...groups.flatMap(({ forecast, came }) => [forecast, came])));
  const x = (share: number) => LEFT + (share / top) * (WIDTH - LEFT - RIGHT);
  const y = (share: number) => TOP + (1 - share / top) * (HEIGHT - TOP - BOTTOM);
  return (
    <svg class="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={title}>
      {[0, 0.5, 1].map((share) => (
        <>
          <line class="axis" x1={LEFT} x2={WIDTH - RIGHT} y1={y(share * top)} y2={y(share * top)} />
          <text x={LEFT - 6} y={y(share * top) + 4} text-anchor="end">
            {Math.round(share * top * 100)} %
          </text>
          <text
            x={x(share * top)}
            y={HEIGHT - BOTTOM + 16}
            text-anchor={share === 0 ? 'start' : share === 1 ? 'end' : 'middle'}
          >
            {Math.round(share * top * 100)} %
          </text>
        </>
      ))}
      <line class="rule" x1={x(0)} y1={y(0)} x2={x(top)} y2={y(top)} />
      {groups.map(({ forecast, came, rows }) => (
        <circle class="dot" cx={x(forecast).toFixed(1)} cy={y(came).toFixed(1)} r="4.5">
          <title>
            Forecast {percent(forecast)}, churned {percent(came)}, {count(rows)} rows
          </title>
        </circle>
      ))}
      <text x={LEFT + 4} y={TOP}>
        churned
      </text>
      <text x={WIDTH - RIGHT} y={HEIGHT - 4} text-anchor="end">
        forecast
      </text>
    </svg>
  );
}
