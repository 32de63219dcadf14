import type { ModelCard } from '../../models/artefact/model-card.ts';

const SIZE = 260;
const MARGIN = 36;

/** Forecast against observed rate, one dot per bin, as inline SVG. Dots on the diagonal are calibrated. */
export function reliabilityDiagram(bins: ModelCard['reliability'][number]['bins']): string {
  const top = Math.max(0.05, ...bins.flatMap((bin) => [bin.mean_probability ?? 0, bin.observed_rate ?? 0]));
  const x = (value: number): number => MARGIN + (value / top) * (SIZE - MARGIN - 8);
  const y = (value: number): number => SIZE - MARGIN - (value / top) * (SIZE - MARGIN - 8);
  const points = bins.map(
    (bin) => `${x(bin.mean_probability ?? 0).toFixed(1)},${y(bin.observed_rate ?? 0).toFixed(1)}`,
  );
  const dots = bins.map(
    (bin, index) =>
      `<circle cx="${points[index]!.split(',')[0]}" cy="${points[index]!.split(',')[1]}" r="4"><title>${percent(bin.mean_probability)} forecast, ${percent(bin.observed_rate)} observed, ${bin.rows} rows</title></circle>`,
  );
  return `<svg viewBox="0 0 ${SIZE} ${SIZE}" role="img" aria-label="Reliability diagram">
<path class="axis" d="M${x(0)} ${y(top)}V${y(0)}H${x(top)}"/><path class="ideal" d="M${x(0)} ${y(0)}L${x(top)} ${y(top)}"/>
<polyline points="${points.join(' ')}"/>${dots.join('')}
<text x="${x(top)}" y="${SIZE - 18}" text-anchor="end">${percent(top)}</text><text x="${x(0)}" y="${SIZE - 18}">0 %</text>
<text x="${SIZE / 2}" y="${SIZE - 4}" text-anchor="middle">forecast</text><text x="10" y="${y(top / 2)}" transform="rotate(-90 10 ${y(top / 2)})" text-anchor="middle">observed</text></svg>`;
}

/** Lift of the best-scored shares as bars, as inline SVG. */
export function liftChart(lift: ModelCard['lift']): string {
  const top = Math.max(1, ...lift.map((bar) => bar.lift ?? 0));
  const width = (SIZE - MARGIN) / Math.max(1, lift.length);
  const bars = lift.map((bar, index) => {
    const height = ((bar.lift ?? 0) / top) * (SIZE - MARGIN - 24);
    const left = MARGIN + index * width;
    const base = SIZE - MARGIN;
    return `<rect x="${left.toFixed(1)}" y="${(base - height).toFixed(1)}" width="${(width * 0.8).toFixed(1)}" height="${height.toFixed(1)}"/><text x="${(left + width * 0.4).toFixed(1)}" y="${(base - height - 4).toFixed(1)}" text-anchor="middle">${(bar.lift ?? 0).toFixed(1)}</text><text x="${(left + width * 0.4).toFixed(1)}" y="${SIZE - 18}" text-anchor="middle">${percent(bar.share)}</text>`;
  });
  return `<svg viewBox="0 0 ${SIZE} ${SIZE}" role="img" aria-label="Lift">${bars.join('')}<text x="${SIZE / 2}" y="${SIZE - 4}" text-anchor="middle">best-scored share</text></svg>`;
}

function percent(value: number | null): string {
  return value === null ? '–' : `${(value * 100).toFixed(value < 0.1 ? 1 : 0)} %`;
}
