import type { CategoryColumn } from '../../features/contract/feature-frame.ts';
import {
  type Calibration,
  type CalibrationLine,
  calibrate,
} from '../../models/scoring/probability/calibration.ts';
import { fitLineOnLogit } from '../../stats/fit-line-on-logit.ts';
import type { HazardTargets } from './hazard-targets.ts';

/** How strongly a small slice holds to "change nothing": the prior is worth the evidence of about this many accounts. */
const PRIOR = { slopePrecision: 10, interceptPrecision: 5 };

/** How strongly a tenant holds to the lines of all: a level of its own is likelier than a slope of its own. */
const TENANT_PRIOR = { slopePrecision: 100, interceptPrecision: 15 };

/** A tenant with fewer churned accounts in the slice than this takes the lines of all. */
const LEAST_CHURNED_PER_TENANT = 5;

const LEAST_SLOPE = 0.05;

export interface CalibrationRows {
  readonly targets: HazardTargets;
  /** rows × intervals, from rows that the weights were not trained on. */
  readonly hazardLogits: Float64Array;
  /** How much a row counts; below 1 where rows repeat the same accounts. */
  readonly evidence: number;
  /** Dictionary-coded tenant of each row; null where there are none. */
  readonly tenantIds: CategoryColumn | null;
}

/**
 * Platt scaling of every interval's hazard, drawn towards the identity where the slice says little; then the same
 * again per tenant, drawn towards the lines of all, so that small tenants borrow and large ones speak for themselves.
 * Hazards are calibrated, not cumulative probabilities, so order in the horizon is kept by construction;
 * slopes are positive, so is order in the score.
 */
export function fitCalibration({ targets, hazardLogits, evidence, tenantIds }: CalibrationRows): Calibration {
  const everyRow = Int32Array.from({ length: targets.rowCount }, (_, row) => row);
  const intervals = fitLines(targets, hazardLogits, everyRow, evidence, PRIOR);
  const calibration: Calibration = { intervals, tenants: {} };
  if (tenantIds === null || tenantIds.levels.length < 2) return calibration;
  const calibrated = hazardLogits.slice();
  calibrate(intervals, calibrated);
  for (const [code, rows] of rowsByCode(tenantIds)) {
    if (churnedRows(targets, rows) * evidence < LEAST_CHURNED_PER_TENANT) continue;
    const own = fitLines(targets, calibrated, rows, evidence, TENANT_PRIOR);
    calibration.tenants[tenantIds.levels[code]!] = own.map((line, interval) =>
      composed(line, intervals[interval]!),
    );
  }
  return calibration;
}

function fitLines(
  { intervals, atRisk, events }: HazardTargets,
  hazardLogits: Float64Array,
  rows: Int32Array,
  evidence: number,
  prior: typeof PRIOR,
): CalibrationLine[] {
  return Array.from({ length: intervals }, (_, interval) => {
    const labels: number[] = [];
    const logOdds: number[] = [];
    for (const row of rows) {
      const cell = row * intervals + interval;
      if (atRisk[cell] === 0) continue;
      labels.push(events[cell]!);
      logOdds.push(hazardLogits[cell]!);
    }
    const line = fitLineOnLogit(
      Float64Array.from(labels),
      Float64Array.from(logOdds),
      new Float64Array(labels.length).fill(evidence),
      prior,
    );
    // Nothing was learnt, so that only the prior says how far off the scores may be.
    if (Number.isNaN(line.slope))
      return {
        slope: 1,
        intercept: 0,
        variance: { slope: 1 / prior.slopePrecision, both: 0, intercept: 1 / prior.interceptPrecision },
      };
    return {
      slope: Math.max(line.slope, LEAST_SLOPE),
      intercept: line.intercept,
      variance: line.covariance,
    };
  });
}

/** The second line on what the first one gives. Both are uncertain: the second where it is, the first as it is stretched. */
function composed(second: CalibrationLine, first: CalibrationLine): CalibrationLine {
  const [own, below] = [second.variance!, first.variance!];
  const { slope: b, intercept: a } = first;
  const stretch = second.slope ** 2;
  return {
    slope: second.slope * b,
    intercept: second.slope * a + second.intercept,
    // own.slope · (a + b x)² + 2 · own.both · (a + b x) + own.intercept, by powers of x.
    variance: {
      slope: stretch * below.slope + own.slope * b ** 2,
      both: stretch * below.both + own.slope * a * b + own.both * b,
      intercept: stretch * below.intercept + own.slope * a ** 2 + 2 * own.both * a + own.intercept,
    },
  };
}

function rowsByCode({ codes }: CategoryColumn): Map<number, Int32Array> {
  const rows = new Map<number, number[]>();
  codes.forEach((code, row) => {
    if (code < 0) return;
    const of = rows.get(code);
    if (of === undefined) rows.set(code, [row]);
    else of.push(row);
  });
  return new Map([...rows].map(([code, of]) => [code, Int32Array.from(of)]));
}

function churnedRows({ intervals, events }: HazardTargets, rows: Int32Array): number {
  let churned = 0;
  for (const row of rows)
    for (let interval = 0; interval < intervals; interval++) churned += events[row * intervals + interval]!;
  return churned;
}
