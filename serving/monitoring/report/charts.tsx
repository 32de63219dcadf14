/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import type { ReliabilityBin } from '../../../stats/reliability-bins.ts';
import type { OutcomesOf } from '../models/monitoring-report.ts';
import type { TenantReliability } from '../models/tenant-reliability.ts';
import type { WatchedDrift } from '../models/watch-drift.ts';

const WIDTH = 560;
const ROW = 22;
const LABEL = 230;

/** A bar for each feature, with a mark where chance would end. */
export function DriftChart({ drift }: { readonly drift: readonly WatchedDrift[] }) {
  const top = Math.max(0.2, ...drift.map(({ psi, critical }) => Math.max(psi ?? 0, critical)));
  const x = (psi: number) => LABEL + (psi / top) * (WIDTH - LABEL - 50);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${drift.length * ROW + 4}`} role="img" aria-label="Drift by feature">
      {drift.map(({ feature, psi, critical, isFlagged }, row) => (
        <g>
          <text x={LABEL - 8} y={row * ROW + 15} text-anchor="end">
            {feature.length > 34 ? `${feature.slice(0, 33)}…` : feature}
          </text>
          <rect
            class={isFlagged ? 'bar flagged' : 'bar'}
            x={LABEL}
            y={row * ROW + 4}
            width={Math.max(1, x(psi ?? 0) - LABEL)}
            height={ROW - 8}
          />
          <line
            class="chance"
            x1={x(critical)}
            x2={x(critical)}
            y1={row * ROW + 1}
            y2={row * ROW + ROW - 1}
          />
          <text x={x(psi ?? 0) + 6} y={row * ROW + 15}>
            {(psi ?? 0).toFixed(2)}
          </text>
        </g>
      ))}
    </svg>
  );
}

const SIDE = 280;
const MARGIN = 34;

/** Forecast against what happened, one dot for each tenth of the scores. */
export function ReliabilityChart({ bins }: { readonly bins: readonly ReliabilityBin[] }) {
  const top = Math.max(0.05, ...bins.flatMap((bin) => [bin.meanProbability, bin.observedRate]));
  const at = (share: number) => Math.min(1, share / top) * (SIDE - 2 * MARGIN);
  const [x, y] = [(share: number) => MARGIN + at(share), (share: number) => SIDE - MARGIN - at(share)];
  return (
    <svg viewBox={`0 0 ${SIDE} ${SIDE}`} role="img" aria-label="Forecast against observed share">
      <line class="ideal" x1={x(0)} y1={y(0)} x2={x(top)} y2={y(top)} />
      {bins.map(({ rows, meanProbability, observedRate }) => (
        <circle class="dot" cx={x(meanProbability)} cy={y(observedRate)} r="4">
          <title>{`forecast ${percent(meanProbability)}, observed ${percent(observedRate)}, ${rows} scores`}</title>
        </circle>
      ))}
      <text x={x(0)} y={SIDE - 12}>
        0 %
      </text>
      <text x={x(top)} y={SIDE - 12} text-anchor="end">
        forecast {percent(top)}
      </text>
    </svg>
  );
}

/** A metric by month: what happened as dots with intervals, what was expected as a dashed line. */
export function MonthsChart({
  months,
  metric,
}: {
  readonly months: readonly OutcomesOf[];
  readonly metric: string;
}) {
  const shown = months.filter(({ realised }) => realised[metric]?.value != null);
  if (shown.length === 0) return <p class="dim">No window has closed yet.</p>;
  const values = shown.flatMap(({ realised, expected }) => {
    const { value, low, high } = realised[metric]!;
    return [value!, low ?? value!, high ?? value!, expected[metric] ?? value!];
  });
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const span = most - least || 1;
  const x = (index: number) => MARGIN + 20 + (index + 0.5) * ((WIDTH - MARGIN - 30) / shown.length);
  const y = (value: number) => 10 + (1 - (value - least) / span) * 130;
  return (
    <svg viewBox={`0 0 ${WIDTH} 170`} role="img" aria-label={`${metric} by month`}>
      <text x="2" y={y(most) + 4}>
        {most.toFixed(2)}
      </text>
      <text x="2" y={y(least) + 4}>
        {least.toFixed(2)}
      </text>
      <polyline
        class="expected"
        points={shown
          .map(
            ({ realised, expected }, index) =>
              `${x(index)},${y(expected[metric] ?? realised[metric]!.value!)}`,
          )
          .join(' ')}
      />
      {shown.map(({ month, realised }, index) => {
        const { value, low, high } = realised[metric]!;
        return (
          <g>
            <line class="interval" x1={x(index)} x2={x(index)} y1={y(low ?? value!)} y2={y(high ?? value!)} />
            <circle class="dot" cx={x(index)} cy={y(value!)} r="4" />
            <text x={x(index)} y="164" text-anchor="middle">
              {month}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

/** Each tenant's churned to expected, with its interval; the line is 1. */
export function TenantsChart({ tenants }: { readonly tenants: readonly TenantReliability[] }) {
  const top = Math.max(2, ...tenants.map(({ ratio }) => Math.min(5, ratio.high ?? 0)));
  const x = (ratio: number) => LABEL + (Math.min(ratio, top) / top) * (WIDTH - LABEL - 20);
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${tenants.length * ROW + 6}`}
      role="img"
      aria-label="Churned to expected by tenant"
    >
      <line class="ideal" x1={x(1)} x2={x(1)} y1="0" y2={tenants.length * ROW + 6} />
      {tenants.map(({ tenantId, ratio, isMiscalibrated }, row) => (
        <g>
          <text x={LABEL - 8} y={row * ROW + 15} text-anchor="end">
            {tenantId}
          </text>
          <line
            class="interval"
            x1={x(ratio.low ?? 0)}
            x2={x(ratio.high ?? 0)}
            y1={row * ROW + 11}
            y2={row * ROW + 11}
          />
          <circle
            class={isMiscalibrated ? 'dot flagged' : 'dot'}
            cx={x(ratio.value ?? 0)}
            cy={row * ROW + 11}
            r="4"
          />
        </g>
      ))}
    </svg>
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}
