import { sigmoid } from './sigmoid.ts';

export interface LogitLine {
  readonly slope: number;
  readonly intercept: number;
  /** Inverse curvature at the maximum: how far the line may be off. NaN where the line is. */
  readonly covariance: LogitLineCovariance;
}

export interface LogitLineCovariance {
  readonly slope: number;
  readonly intercept: number;
  readonly both: number;
}

export interface LogitLinePrior {
  /** How many units of curvature hold the slope to 1 and the intercept to 0; 0 for plain maximum likelihood. */
  readonly slopePrecision: number;
  readonly interceptPrecision: number;
}

const NO_PRIOR: LogitLinePrior = { slopePrecision: 0, interceptPrecision: 0 };
const MAXIMUM_STEPS = 50;

/**
 * Logistic regression of a label on one log-odds column: P(label) = sigmoid(slope · logOdds + intercept).
 * A Gaussian prior, where given, draws the line towards the identity (slope 1, intercept 0). Newton's method.
 * NaN when it has no finite maximum (one class, or a perfect separation without a prior).
 *
 * https://en.wikipedia.org/wiki/Platt_scaling
 * @example fitLineOnLogit(Float64Array.of(0, 1, 0, 1), Float64Array.of(-1, 1, 1, -1)).slope // 0
 */
export function fitLineOnLogit(
  labels: Float64Array,
  logOdds: Float64Array,
  weights?: Float64Array,
  prior: LogitLinePrior = NO_PRIOR,
): LogitLine {
  let slope = 1;
  let intercept = 0;
  for (let step = 0; step < MAXIMUM_STEPS; step++) {
    let gradientSlope = -prior.slopePrecision * (slope - 1);
    let gradientIntercept = -prior.interceptPrecision * intercept;
    let curvatureSlope = prior.slopePrecision;
    let curvatureIntercept = prior.interceptPrecision;
    let curvatureBoth = 0;
    for (let row = 0; row < labels.length; row++) {
      const weight = weights === undefined ? 1 : weights[row]!;
      if (weight === 0) continue;
      const x = logOdds[row]!;
      const probability = sigmoid(slope * x + intercept);
      const residual = weight * (labels[row]! - probability);
      const variance = weight * probability * (1 - probability);
      gradientSlope += residual * x;
      gradientIntercept += residual;
      curvatureSlope += variance * x * x;
      curvatureBoth += variance * x;
      curvatureIntercept += variance;
    }
    const determinant = curvatureSlope * curvatureIntercept - curvatureBoth ** 2;
    if (!(determinant > 1e-12 * curvatureSlope * curvatureIntercept)) break;
    const slopeStep = (curvatureIntercept * gradientSlope - curvatureBoth * gradientIntercept) / determinant;
    const interceptStep = (curvatureSlope * gradientIntercept - curvatureBoth * gradientSlope) / determinant;
    // Newton overshoots where the curve is flat; a bounded step still arrives.
    const bound = 2 / Math.max(2, Math.abs(slopeStep), Math.abs(interceptStep));
    slope += bound * slopeStep;
    intercept += bound * interceptStep;
    if (Math.abs(slopeStep) + Math.abs(interceptStep) < 1e-7)
      return {
        slope,
        intercept,
        covariance: {
          slope: curvatureIntercept / determinant,
          intercept: curvatureSlope / determinant,
          both: -curvatureBoth / determinant,
        },
      };
  }
  const none = Number.NaN;
  return { slope: none, intercept: none, covariance: { slope: none, intercept: none, both: none } };
}
