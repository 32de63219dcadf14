/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */

const WIDTH = 76;
const HEIGHT = 22;
const INSET = 2;

/** A line of a few values above zero, in the height of a line of text. What it shows stands beside it in words. */
export function Sparkline({ values }: { readonly values: readonly number[] }) {
  const top = Math.max(...values, 1);
  const step = (WIDTH - 2 * INSET) / Math.max(1, values.length - 1);
  const y = (value: number) => HEIGHT - INSET - (value / top) * (HEIGHT - 2 * INSET);
  const points = values.map((value, at) => `${round(INSET + at * step)},${round(y(value))}`);
  return (
    <svg class="spark" width={WIDTH} height={HEIGHT} aria-hidden="true" focusable="false">
      <polyline class="line" points={points.join(' ')} />
    </svg>
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
