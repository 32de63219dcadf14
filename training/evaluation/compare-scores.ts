import type { Comparison } from '../../models/registry/comparison.ts';
import { ascendingOrder } from '../../stats/ascending-order.ts';
import { auc } from '../../stats/auc.ts';
import { clusterBootstrap } from '../../stats/cluster-bootstrap.ts';
import { logLoss } from '../../stats/log-loss.ts';

export interface ScoresToCompare {
  readonly targets: readonly string[];
  /** One column per target, NaN unknown; rows of unknown label are left out per target. */
  readonly labels: readonly Float64Array[];
  /** One column per target, of the same rows. */
  readonly candidate: readonly Float64Array[];
  readonly champion: readonly Float64Array[];
  /** Account of each row: intervals resample accounts, not rows. */
  readonly groups: Int32Array;
  readonly seed: number;
}

type ComparedTarget = Comparison['targets'][number];
type Verdict = ComparedTarget['verdict']['auc'];

/** Resamples × rows that the intervals may cost. */
const RESAMPLED_ROWS = 8_000_000;
/** Smaller differences change no decision, however sure they are. */
const LEAST_AUC = 0.002;
const LEAST_SHARE_OF_LOG_LOSS = 0.005;

/**
 * Two models on the same rows, per target, with 95 % intervals of the difference. Accounts are drawn for both at once:
 * what makes an account hard is hard for both, so the difference is surer than either figure.
 */
export function compareScores(compared: ScoresToCompare): ComparedTarget[] {
  return compared.targets.map((target, index) => {
    const known = Int32Array.from(compared.groups.keys()).filter(
      (row) => !Number.isNaN(compared.labels[index]![row]!),
    );
    const groups = known.map((row) => compared.groups[row]!);
    const labels = Float64Array.from(known, (row) => compared.labels[index]![row]!);
    const candidate = measured(labels, compared.candidate[index]!, known);
    const champion = measured(labels, compared.champion[index]!, known);
    const [auc, log_loss] = [candidate().auc - champion().auc, candidate().logLoss - champion().logLoss];
    const intervals =
      known.length === 0
        ? []
        : clusterBootstrap(
            (weights) => {
              const [left, right] = [candidate(weights), champion(weights)];
              return [left.auc - right.auc, left.logLoss - right.logLoss];
            },
            {
              groups,
              resamples: Math.max(100, Math.min(1_000, Math.round(RESAMPLED_ROWS / known.length))),
              seed: compared.seed,
              coverage: 0.95,
            },
          );
    const difference = { auc: interval(auc, intervals[0]), log_loss: interval(log_loss, intervals[1]) };
    return {
      target,
      rows: known.length,
      churned: labels.reduce((sum, label) => sum + label, 0),
      candidate: figures(candidate()),
      champion: figures(champion()),
      difference,
      verdict: {
        auc: verdict(difference.auc, LEAST_AUC, 'higher'),
        log_loss: verdict(difference.log_loss, LEAST_SHARE_OF_LOG_LOSS * champion().logLoss, 'lower'),
      },
    };
  });
}

/** Figures of one model under any weights of the rows; its rows are put in order of score once. */
function measured(labels: Float64Array, probabilities: Float64Array, known: Int32Array) {
  const order = ascendingOrder(Float64Array.from(known, (row) => probabilities[row]!));
  const ordered = (values: Float64Array) => Float64Array.from(order, (position) => values[position]!);
  const outcomes = ordered(labels);
  const scores = ordered(Float64Array.from(known, (row) => probabilities[row]!));
  return (weights?: Float64Array) => {
    const drawn = weights && ordered(weights);
    return { auc: auc(outcomes, scores, drawn), logLoss: logLoss(outcomes, scores, drawn) };
  };
}

function figures({ auc, logLoss }: { readonly auc: number; readonly logLoss: number }) {
  return { auc: defined(auc), log_loss: defined(logLoss) };
}

function interval(value: number, drawn: { readonly low: number; readonly high: number } | undefined) {
  return { value: defined(value), low: defined(drawn?.low), high: defined(drawn?.high) };
}

function verdict(
  { value, low, high }: ReturnType<typeof interval>,
  least: number,
  better: 'higher' | 'lower',
): Verdict {
  if (value === null || low === null || high === null || Math.abs(value) < least) return 'undecided';
  if (low > 0) return better === 'higher' ? 'better' : 'worse';
  if (high < 0) return better === 'higher' ? 'worse' : 'better';
  return 'undecided';
}

function defined(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}
