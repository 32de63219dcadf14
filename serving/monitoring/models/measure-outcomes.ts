import { auc } from '../../../stats/auc.ts';
import { brier } from '../../../stats/brier.ts';
import { calibrationSlope } from '../../../stats/calibration-slope.ts';
import { clusterBootstrap } from '../../../stats/cluster-bootstrap.ts';
import { expectedAuc } from '../../../stats/expected-auc.ts';
import { expectedBrier } from '../../../stats/expected-brier.ts';
import { expectedCalibrationError } from '../../../stats/expected-calibration-error.ts';
import { expectedLogLoss } from '../../../stats/expected-log-loss.ts';
import { liftAt } from '../../../stats/lift-at.ts';
import { logLoss } from '../../../stats/log-loss.ts';
import { groupedBy } from './grouped-by.ts';
import type { ServedScore } from './served-scores.ts';

export interface Figure {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Parts of each tenant's list of one as-of date, most at risk first: above its 90th, 95th and 99th percentile. */
export const TOP_SHARES = { p90: 0.1, p95: 0.05, p99: 0.01 } as const;

export interface Outcomes {
  readonly rows: number;
  readonly accounts: number;
  readonly churned: number;
  /** Figures of what happened, with 95 % intervals that resample accounts. */
  readonly realised: Readonly<Record<string, Figure>>;
  /** What the same scores had promised, if they were calibrated. */
  readonly expected: Readonly<Record<string, number | null>>;
}

/** Resamples × rows that the intervals of one set may cost. */
const RESAMPLED_ROWS = 4_000_000;
const SEED = 1;

/** Measures the scores whose window has closed. */
export function measureOutcomes(scores: readonly ServedScore[], horizon: number): Outcomes {
  // In order of score once, so that no resample sorts again.
  const closed = scores
    .filter(({ outcomes }) => !Number.isNaN(outcomes[horizon]))
    .sort((left, right) => left.probabilities[horizon]! - right.probabilities[horizon]!);
  const labels = Float64Array.from(closed, ({ outcomes }) => outcomes[horizon]!);
  const probabilities = Float64Array.from(closed, (score) => score.probabilities[horizon]!);
  const groupOf = new Map<string, number>();
  const groups = Int32Array.from(closed, ({ tenantId, accountId }) => {
    const account = `${tenantId}\n${accountId}`;
    if (!groupOf.has(account)) groupOf.set(account, groupOf.size);
    return groupOf.get(account)!;
  });
  const tops = topRows(closed, horizon);
  const statistics = (weights?: Float64Array): Record<string, number> => ({
    auc: auc(labels, probabilities, weights),
    log_loss: logLoss(labels, probabilities, weights),
    brier: brier(labels, probabilities, weights),
    ece: expectedCalibrationError(labels, probabilities, 10, weights),
    calibration_slope: calibrationSlope(labels, probabilities, weights).slope,
    observed_to_expected: weighted(labels, null, weights) / weighted(probabilities, null, weights),
    lift_at_10: liftAt(labels, probabilities, 0.1, weights),
    ...Object.fromEntries(tops.map(([name, rows]) => [`precision_${name}`, weighted(labels, rows, weights)])),
  });
  const values = Object.entries(statistics());
  const intervals =
    closed.length === 0
      ? []
      : clusterBootstrap((weights) => Object.values(statistics(weights)), {
          groups,
          resamples: Math.max(60, Math.min(200, Math.round(RESAMPLED_ROWS / closed.length))),
          seed: SEED,
          coverage: 0.95,
        });
  return {
    rows: closed.length,
    accounts: groupOf.size,
    churned: labels.reduce((sum, label) => sum + label, 0),
    realised: Object.fromEntries(
      values.map(([name, value], index) => [
        name,
        {
          value: defined(value),
          low: defined(intervals[index]?.low),
          high: defined(intervals[index]?.high),
        },
      ]),
    ),
    expected: expectedFigures(closed, horizon),
  };
}

/**
 * What scores promise before any outcome is known (confidence-based performance estimation). True as far as the
 * probabilities are calibrated; it does not see that accounts behave otherwise than those the model learnt from.
 */
export function expectedFigures(
  scores: readonly ServedScore[],
  horizon: number,
): Readonly<Record<string, number | null>> {
  const probabilities = Float64Array.from(scores, (score) => score.probabilities[horizon]!);
  return {
    churned_share: defined(weighted(probabilities, null)),
    auc: defined(expectedAuc(probabilities)),
    log_loss: defined(expectedLogLoss(probabilities)),
    brier: defined(expectedBrier(probabilities)),
    ...Object.fromEntries(
      topRows(scores, horizon).map(([name, rows]) => [
        `precision_${name}`,
        defined(weighted(probabilities, rows)),
      ]),
    ),
  };
}

/** The rows at the top of the list that they stood in. */
function topRows(scores: readonly ServedScore[], horizon: number): (readonly [string, readonly number[]])[] {
  const lists = groupedBy([...scores.keys()], (row) => `${scores[row]!.epochDay}\n${scores[row]!.tenantId}`);
  const ranked = [...lists.values()].map((rows) =>
    rows.sort(
      (left, right) => scores[right]!.probabilities[horizon]! - scores[left]!.probabilities[horizon]!,
    ),
  );
  return Object.entries(TOP_SHARES).map(([name, share]) => [
    name,
    ranked.flatMap((rows) => rows.slice(0, Math.ceil(share * rows.length))),
  ]);
}

/** The mean over the given rows, or all; NaN without any. */
function weighted(values: Float64Array, rows: readonly number[] | null, weights?: Float64Array): number {
  let sum = 0;
  let total = 0;
  const count = rows === null ? values.length : rows.length;
  for (let at = 0; at < count; at++) {
    const row = rows === null ? at : rows[at]!;
    const weight = weights === undefined ? 1 : weights[row]!;
    sum += weight * values[row]!;
    total += weight;
  }
  return sum / total;
}

function defined(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}
