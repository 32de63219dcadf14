/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */

const STEP = 4;
const BAR = 3;
const HEIGHT = 44;

/**
 * A bar for each week from zero up to the highest, in a chart that is one of several. What it shows stands beside it in words, and its numbers
 * in a table.
 */
export function WeekBars(props: {
  readonly weeks: readonly number[];
  /** Weeks at the left that nothing was counted in. */
  readonly uncounted: number;
}) {
  const { weeks, uncounted } = props;
  const top = Math.max(...weeks, 1);
  const bars = weeks.flatMap((events, week) => {
    if (events === 0) return [];
    const height = Math.max(1, Math.round((10 * (HEIGHT - 2) * events) / top) / 10);
    return [`M${week * STEP} ${HEIGHT - 1}v-${height}h${BAR}v${height}z`];
  });
  return (
    <svg class="chart" viewBox={`0 0 ${weeks.length * STEP} ${HEIGHT}`} aria-hidden="true" focusable="false">
      {uncounted === 0 ? null : <rect class="track" width={uncounted * STEP - 1} height={HEIGHT - 1} />}
      <path class="dot" d={bars.join('')} />
      <line class="axis" x2={weeks.length * STEP} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
    </svg>
  );
}
