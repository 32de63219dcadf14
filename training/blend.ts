import { type HazardTargets, hazardLogLoss } from '../models/hazard-targets.ts';

const STEPS = 20;
/** A member that improves the loss by less is not worth scoring twice. */
const LEAST_GAIN = 0.0005;

/**
 * The shares of one or two members' hazard log-odds that fit validation best; members with share 0 are dropped.
 *
 * @param logits per member, rows × intervals
 */
export function blendShares(targets: HazardTargets, logits: readonly Float64Array[]): number[] {
  if (logits.length === 1) return [1];
  const [first, second] = [logits[0]!, logits[1]!];
  const losses = Array.from({ length: STEPS + 1 }, (_, step) => {
    const share = step / STEPS;
    return hazardLogLoss(
      targets,
      first.map((value, cell) => (1 - share) * value + share * second[cell]!),
    );
  });
  const best = losses.indexOf(Math.min(...losses));
  const alone = losses[STEPS]! < losses[0]! ? STEPS : 0;
  const chosen = losses[alone]! - losses[best]! < LEAST_GAIN * losses[alone]! ? alone : best;
  return [1 - chosen / STEPS, chosen / STEPS];
}
