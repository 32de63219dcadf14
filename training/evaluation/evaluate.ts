import type { Evaluation, Metric, MetricName } from '../../models/artefact/model-card.ts';
import { ascendingOrder } from '../../stats/ascending-order.ts';
import { auc } from '../../stats/auc.ts';
import { averagePrecision } from '../../stats/average-precision.ts';
import { brier } from '../../stats/brier.ts';
import { calibrationSlope } from '../../stats/calibration-slope.ts';
import { clusterBootstrap } from '../../stats/cluster-bootstrap.ts';
import { expectedCalibrationError } from '../../stats/expected-calibration-error.ts';
import { kolmogorovSmirnov } from '../../stats/kolmogorov-smirnov.ts';
import { liftAt } from '../../stats/lift-at.ts';
import { logLoss } from '../../stats/log-loss.ts';

export interface EvaluationRequest {
  readonly targets: readonly string[];
  /** One column per target, NaN unknown; rows of unknown label are left out per target. */
  readonly labels: readonly Float64Array[];
  /** One column per target. */
  readonly probabilities: readonly Float64Array[];
  /** Account of each row: intervals resample accounts, not rows. */
  readonly groups: Int32Array;
  readonly seed: number;
  /** Bootstrap resamples; 0 leaves the intervals empty. */
  readonly resamples: number;
}

/** Measures probabilities against outcomes, per target, with 95 % intervals. */
export function evaluate(request: EvaluationRequest): Evaluation[] {
  return request.targets.map((target, index) => {
    const known = Int32Array.from(request.groups.keys()).filter(
      (row) => !Number.isNaN(request.labels[index]![row]!),
    );
    const unordered = Float64Array.from(known, (row) => request.probabilities[index]![row]!);
    // In order of score once, so that no resample sorts again.
    const rows = Int32Array.from(ascendingOrder(unordered), (position) => known[position]!);
    const labels = Float64Array.from(rows, (row) => request.labels[index]![row]!);
    const probabilities = Float64Array.from(rows, (row) => request.probabilities[index]![row]!);
    const groups = rows.map((row) => request.groups[row]!);
    const statistics = (weights?: Float64Array): number[] => [
      ...metricValues(labels, probabilities, weights).values(),
    ];
    const names = [...metricValues(labels, probabilities).keys()];
    const values = statistics();
    const intervals =
      request.resamples === 0 || rows.length === 0
        ? []
        : clusterBootstrap(statistics, {
            groups,
            resamples: request.resamples,
            seed: request.seed,
            coverage: 0.95,
          });
    const metrics = Object.fromEntries(
      names.map((name, metric): [MetricName, Metric] => [
        name,
        {
          value: defined(values[metric]),
          low: defined(intervals[metric]?.low),
          high: defined(intervals[metric]?.high),
        },
      ]),
    ) as Record<MetricName, Metric>;
    return { target, rows: rows.length, churned: labels.reduce((sum, label) => sum + label, 0), metrics };
  });
}

function metricValues(
  labels: Float64Array,
  probabilities: Float64Array,
  weights?: Float64Array,
): Map<MetricName, number> {
  const line = calibrationSlope(labels, probabilities, weights);
  return new Map([
    ['auc', auc(labels, probabilities, weights)],
    ['average_precision', averagePrecision(labels, probabilities, weights)],
    ['log_loss', logLoss(labels, probabilities, weights)],
    ['brier', brier(labels, probabilities, weights)],
    ['ece', expectedCalibrationError(labels, probabilities, 10, weights)],
    ['lift_at_10', liftAt(labels, probabilities, 0.1, weights)],
    ['ks', kolmogorovSmirnov(labels, probabilities, weights)],
    ['calibration_slope', line.slope],
    ['calibration_intercept', line.intercept],
  ]);
}

function defined(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}
