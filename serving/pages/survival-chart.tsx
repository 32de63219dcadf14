/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import { percent } from './format.ts';

const WIDTH = 480;
const HEIGHT = 140;
const LEFT = 46;
const RIGHT = 16;
const TOP = 14;
const BOTTOM = 20;
const HORIZONS = [0, 30, 60, 90];

/** The chance that the account is still there after 30, 60 and 90 days. */
export function SurvivalChart({ churned }: { readonly churned: readonly [number, number, number] }) {
  const there = [1, ...churned.map((probability) => 1 - probability)];
  const bottom = Math.max(0, Math.floor((Math.min(...there) - 0.05) * 10) / 10);
  const x = (days: number) => LEFT + (days / 90) * (WIDTH - LEFT - RIGHT);
  const y = (share: number) => TOP + ((1 - share) / (1 - bottom)) * (HEIGHT - TOP - BOTTOM);
  const points = HORIZONS.map((days, at) => [x(days), y(there[at]!)] as const);
  return (
    <svg
      class="chart"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`Still there after 30 days: ${percent(there[1]!)}, after 60: ${percent(there[2]!)}, after 90: ${percent(there[3]!)}`}
    >
      {[bottom, (1 + bottom) / 2, 1].map((share) => (
        <>
          <line class="axis" x1={LEFT} x2={WIDTH - RIGHT} y1={y(share)} y2={y(share)} />
          <text x={LEFT - 6} y={y(share) + 4} text-anchor="end">
            {Math.round(share * 100)} %
          </text>
        </>
      ))}
      <polyline
        class="line"
        points={points.map(([px, py]) => `${px.toFixed(1)},${py.toFixed(1)}`).join(' ')}
      />
      {points.map(([px, py], at) => (
        <>
          <circle class="dot" cx={px.toFixed(1)} cy={py.toFixed(1)} r="3" />
          <text x={px} y={HEIGHT - 4} text-anchor={at === 0 ? 'start' : at === 3 ? 'end' : 'middle'}>
            {at === 0 ? 'now' : `${HORIZONS[at]} days`}
          </text>
        </>
      ))}
    </svg>
  );
}
