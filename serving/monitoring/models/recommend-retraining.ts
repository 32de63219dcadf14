import type { ModelCard } from '../../../models/artefact/model-card.ts';
import type { Outcomes } from './measure-outcomes.ts';

export interface RetrainingRule {
  readonly rule: 'log_loss' | 'calibration_slope' | 'drift' | 'age';
  readonly isMet: boolean;
  readonly value: number | null;
  readonly limit: number | null;
  /** A clause with the figures, or why they could not be judged. */
  readonly detail: string;
}

export interface Recommendation {
  readonly retrain: boolean;
  readonly rules: readonly RetrainingRule[];
}

/** Fewer churned accounts than these say too little. */
export const LEAST_CHURNED = 20;
/** A slope this near to 1 changes no decision. */
export const LEAST_SLOPE_ERROR = 0.1;
/** Part of the drivers' weight that drifted features may carry. */
export const MOST_DRIFTED_WEIGHT = 0.25;
export const OLDEST_MODEL_DAYS = 180;

export interface Evidence {
  readonly card: ModelCard;
  readonly target: string;
  /** Of the version's own scores; null where no window has closed. */
  readonly outcomes: Outcomes | null;
  /** Null where drift could not be measured. */
  readonly driftedWeight: number | null;
  readonly ageDays: number;
}

/** Training again is recommended as soon as one rule is met. */
export function recommendRetraining(evidence: Evidence): Recommendation {
  const rules = [logLossRule(evidence), slopeRule(evidence), driftRule(evidence), ageRule(evidence)];
  return { retrain: rules.some(({ isMet }) => isMet), rules };
}

function logLossRule({ card, target, outcomes }: Evidence): RetrainingRule {
  const promised = card.test.find((evaluation) => evaluation.target === target)?.metrics.log_loss;
  const realised = outcomes?.realised.log_loss;
  const limit = promised?.high ?? promised?.value ?? null;
  const few = tooFew(outcomes);
  if (few !== null) return { rule: 'log_loss', isMet: false, value: null, limit, detail: few };
  if (limit === null || realised?.value == null)
    return {
      rule: 'log_loss',
      isMet: false,
      value: null,
      limit,
      detail: 'the card has no figure to compare with',
    };
  const low = realised.low ?? realised.value;
  return {
    rule: 'log_loss',
    isMet: low > limit,
    value: realised.value,
    limit,
    detail: `realised ${decimal(realised.value)}, at least ${decimal(low)} with 97.5 % confidence; its test had at most ${decimal(limit)}`,
  };
}

function slopeRule({ outcomes }: Evidence): RetrainingRule {
  const slope = outcomes?.realised.calibration_slope;
  const few = tooFew(outcomes);
  if (few !== null || slope?.value == null || slope.low === null || slope.high === null)
    return {
      rule: 'calibration_slope',
      isMet: false,
      value: null,
      limit: LEAST_SLOPE_ERROR,
      detail: few ?? 'not defined',
    };
  return {
    rule: 'calibration_slope',
    isMet: (slope.low > 1 || slope.high < 1) && Math.abs(slope.value - 1) >= LEAST_SLOPE_ERROR,
    value: slope.value,
    limit: LEAST_SLOPE_ERROR,
    detail: `${decimal(slope.value)} (${decimal(slope.low)} to ${decimal(slope.high)}), where 1 is right and ${LEAST_SLOPE_ERROR} away matters`,
  };
}

function driftRule({ driftedWeight }: Evidence): RetrainingRule {
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  return {
    rule: 'drift',
    isMet: driftedWeight !== null && driftedWeight > MOST_DRIFTED_WEIGHT,
    value: driftedWeight,
    limit: MOST_DRIFTED_WEIGHT,
    detail:
      driftedWeight === null
        ? 'there is no reference to compare with'
        : `drifted features carry ${percent(driftedWeight)} of the drivers' weight, at most ${percent(MOST_DRIFTED_WEIGHT)} are fine`,
  };
}

function ageRule({ ageDays }: Evidence): RetrainingRule {
  return {
    rule: 'age',
    isMet: ageDays > OLDEST_MODEL_DAYS,
    value: ageDays,
    limit: OLDEST_MODEL_DAYS,
    detail: `trained ${ageDays} days ago, at most ${OLDEST_MODEL_DAYS} are fine`,
  };
}

function tooFew(outcomes: Outcomes | null): string | null {
  if (outcomes === null || outcomes.rows === 0) return 'no window of its scores has closed';
  if (outcomes.churned >= LEAST_CHURNED) return null;
  return `${outcomes.churned} churned among its closed scores, ${LEAST_CHURNED} are needed`;
}

function decimal(value: number): string {
  return value.toFixed(3);
}
