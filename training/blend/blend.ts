import { type HazardTargets, hazardLogLoss } from '../fit/hazard-targets.ts';

const STEPS = 20;
/** A blend that improves on the best candidate's loss by less is not worth scoring more than one. */
const LEAST_GAIN = 0.0005;

/**
 * Shares of the candidates' hazard log-odds that fit best, in steps of a twentieth, found greedily: a step at a time
 * goes to the candidate that helps most, which overfits less than solving for the optimum.
 *
 * https://doi.org/10.1145/1015330.1015432
 * @param logits per candidate, rows × intervals, on rows that did not train it
 */
export function blendShares(targets: HazardTargets, logits: readonly Float64Array[]): number[] {
  const alone = logits.map((candidate) => hazardLogLoss(targets, candidate));
  const best = alone.indexOf(Math.min(...alone));
  const steps = logits.map(() => 0);
  let sum = new Float64Array(logits[0]!.length);
  let loss = Number.POSITIVE_INFINITY;
  for (let step = 1; step <= STEPS; step++) {
    const sums = logits.map((candidate) => sum.map((value, cell) => value + candidate[cell]!));
    const losses = sums.map((candidate) =>
      hazardLogLoss(
        targets,
        candidate.map((value) => value / step),
      ),
    );
    const chosen = losses.indexOf(Math.min(...losses));
    steps[chosen]!++;
    sum = sums[chosen]!;
    loss = losses[chosen]!;
  }
  if (alone[best]! - loss < LEAST_GAIN * alone[best]!)
    return logits.map((_, index) => (index === best ? 1 : 0));
  return steps.map((count) => count / STEPS);
}
