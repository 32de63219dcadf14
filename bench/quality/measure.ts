import { auc } from '../../stats/auc.ts';
import { brier } from '../../stats/brier.ts';
import { expectedCalibrationError } from '../../stats/expected-calibration-error.ts';
import { liftAt } from '../../stats/lift-at.ts';
import { logLoss } from '../../stats/log-loss.ts';

export interface Quality {
  readonly auc: number;
  readonly log_loss: number;
  readonly brier: number;
  readonly ece: number;
  readonly lift_at_10: number;
}

/** The one measurement of every model, on the probabilities that it wrote for the same test rows. */
export function measure(labels: Float64Array, probabilities: Float64Array): Quality {
  return {
    auc: auc(labels, probabilities),
    log_loss: logLoss(labels, probabilities),
    brier: brier(labels, probabilities),
    ece: expectedCalibrationError(labels, probabilities),
    lift_at_10: liftAt(labels, probabilities, 0.1),
  };
}
