/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */

export interface LineChartProps {
  /** Ascending days and what was then, from zero up. */
  readonly points: readonly { readonly date: string; readonly value: number }[];
  /** A value in words: at a point and on the axis. */
  readonly format: (value: number) => string;
  /** What the chart shows, as its finding: it stands for the chart where nobody sees it. */
  readonly title: string;
  /** Days from which on something is different, with what. */
  readonly changes?: readonly { readonly date: string; readonly label: string }[];
  /** The top of the axis at most. */
  readonly ceiling?: number;
  readonly height?: number;
}

const WIDTH = 480;
const LEFT = 46;
const RIGHT = 10;
const BOTTOM = 20;
const TOP = 16;
/** More dots than this hide the line. */
const MOST_DOTS = 60;

/** One line over time, with a dot for every day that there is a value of. The same numbers belong in a table beside it. */
export function LineChart(props: LineChartProps) {
  const { points, format, title, changes = [], ceiling = Number.POSITIVE_INFINITY, height = 150 } = props;
  const times = points.map(({ date }) => Date.parse(date));
  const [first, last] = [times[0]!, times.at(-1)!];
  const highest = Math.max(...points.map(({ value }) => value));
  const top = Math.min(ceiling, highest * 1.15) || 1;
  const x = (time: number) =>
    LEFT + (last === first ? 0.5 : (time - first) / (last - first)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number) => TOP + (1 - value / top) * (height - TOP - BOTTOM);
  const at = points.map(({ value }, index) => [x(times[index]!).toFixed(1), y(value).toFixed(1)] as const);
  return (
    <svg class="chart" viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={title}>
      {[0, 0.5, 1].map((share) => (
        <>
          <line class="axis" x1={LEFT} x2={WIDTH - RIGHT} y1={y(share * top)} y2={y(share * top)} />
          <text x={LEFT - 6} y={y(share * top) + 4} text-anchor="end">
            {format(share * top)}
          </text>
        </>
      ))}
      {changes.map(({ date, label }) => {
        const place = x(Date.parse(date));
        return (
          <>
            <line class="rule" x1={place} x2={place} y1={TOP} y2={height - BOTTOM} />
            <text x={place} y={TOP - 5} text-anchor={place > WIDTH / 2 ? 'end' : 'start'}>
              {label}
            </text>
          </>
        );
      })}
      <polyline class="line" points={at.map((point) => point.join(',')).join(' ')} />
      {at.length > MOST_DOTS
        ? null
        : at.map(([cx, cy], index) => (
            <circle class="dot" cx={cx} cy={cy} r="3">
              <title>
                {points[index]!.date}: {format(points[index]!.value)}
              </title>
            </circle>
          ))}
      <text x={LEFT} y={height - 4}>
        {points[0]!.date}
      </text>
      <text x={WIDTH - RIGHT} y={height - 4} text-anchor="end">
        {points.at(-1)!.date}
      </text>
    </svg>
  );
}
