/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import { RISK_BANDS, type RiskBand } from '../../models/scoring/probability/risk-bands.ts';
import { count } from './format.ts';

export interface BandCounts {
  readonly date: string;
  readonly byBand: Readonly<Record<RiskBand, number>>;
}

const WIDTH = 480;
const HEIGHT = 190;
const LEFT = 46;
const RIGHT = 10;
const TOP = 8;
const BOTTOM = 20;
const WIDEST_BAR = 34;
/** The worst stands on the ground line, where small numbers can be compared. */
const FROM_GROUND = [...RISK_BANDS].reverse();

/** A bar for each day, of accounts by band. The same numbers belong in a table beside it, and the bands in a legend. */
export function StackedBands(props: {
  readonly points: readonly BandCounts[];
  /** What the chart shows, as its finding. */
  readonly title: string;
}) {
  const { points, title } = props;
  const totalOf = ({ byBand }: BandCounts) => FROM_GROUND.reduce((sum, band) => sum + byBand[band], 0);
  const top = Math.max(...points.map(totalOf), 1);
  const step = (WIDTH - LEFT - RIGHT) / points.length;
  const width = Math.min(WIDEST_BAR, step * 0.8);
  const y = (accounts: number) => TOP + (1 - accounts / top) * (HEIGHT - TOP - BOTTOM);
  return (
    <svg class="chart" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={title}>
      {[0, 1].map((share) => (
        <>
          <line class="axis" x1={LEFT} x2={WIDTH - RIGHT} y1={y(share * top)} y2={y(share * top)} />
          <text x={LEFT - 6} y={y(share * top) + 4} text-anchor="end">
            {count(share * top)}
          </text>
        </>
      ))}
      {points.map(({ date, byBand }, at) => {
        let below = 0;
        return FROM_GROUND.map((band) => {
          const ground = below;
          below += byBand[band];
          return (
            <rect
              class={`part ${band}`}
              x={(LEFT + (at + 0.5) * step - width / 2).toFixed(1)}
              width={width.toFixed(1)}
              y={y(below).toFixed(1)}
              height={(y(ground) - y(below)).toFixed(1)}
            >
              <title>
                {date}: {count(byBand[band])} {band}
              </title>
            </rect>
          );
        });
      })}
      <text x={LEFT} y={HEIGHT - 4}>
        {points[0]!.date}
      </text>
      {points.length < 2 ? null : (
        <text x={WIDTH - RIGHT} y={HEIGHT - 4} text-anchor="end">
          {points.at(-1)!.date}
        </text>
      )}
    </svg>
  );
}
