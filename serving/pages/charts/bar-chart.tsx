/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */

const WIDTH = 480;
const HEIGHT = 120;
const LEFT = 46;
const BOTTOM = 18;
const TOP = 8;

/** One bar for each of a few periods in a row, from zero up. The same numbers belong in a table beside it. */
export function BarChart(props: {
  readonly bars: readonly { readonly label: string; readonly value: number }[];
  readonly format: (value: number) => string;
  /** What the chart shows, as its finding. */
  readonly title: string;
}) {
  const { bars, format, title } = props;
  const top = Math.max(...bars.map(({ value }) => value), 1);
  const step = (WIDTH - LEFT) / bars.length;
  const y = (value: number) => TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM);
  return (
    <svg class="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={title}>
      {[0, 1].map((share) => (
        <>
          <line class="axis" x1={LEFT} x2={WIDTH} y1={y(share * top)} y2={y(share * top)} />
          <text x={LEFT - 6} y={y(share * top) + 4} text-anchor="end">
            {format(share * top)}
          </text>
        </>
      ))}
      {bars.map(({ label, value }, at) => (
        <rect
          class="dot"
          x={(LEFT + at * step + 3).toFixed(1)}
          width={(step - 6).toFixed(1)}
          y={y(value).toFixed(1)}
          height={Math.max(0, y(0) - y(value)).toFixed(1)}
          rx="2"
        >
          <title>
            {label}: {format(value)}
          </title>
        </rect>
      ))}
      <text x={LEFT + 3} y={HEIGHT - 3}>
        {bars[0]!.label}
      </text>
      <text x={WIDTH - 3} y={HEIGHT - 3} text-anchor="end">
        {bars.at(-1)!.label}
      </text>
    </svg>
  );
}
