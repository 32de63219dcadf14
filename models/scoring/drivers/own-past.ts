import type { FeatureDefinition } from '../../../features/contract/feature-set.ts';
import { contradicts } from './agreement.ts';
import type { FeatureValue } from './driver.ts';

/** A move that is worth telling: by so many, and to so small a share of the larger of both. */
const LEAST_MOVE = 3;
const LARGEST_SHARE = 2 / 3;

/**
 * What the account itself did in the window before, where it moved since and that fits how the risk moved.
 *
 * @param value Counted over a window
 * @param twice The same counted over a window twice as long that ends on the same day
 */
export function ownPast(
  riskWhen: FeatureDefinition['risk_when'],
  value: FeatureValue,
  twice: FeatureValue,
  sum: number,
): number | undefined {
  if (typeof value !== 'number' || typeof twice !== 'number') return undefined;
  const before = twice - value;
  const [less, more] = before < value ? [before, value] : [value, before];
  if (less < 0 || more - less < LEAST_MOVE || (less + 1) / (more + 1) > LARGEST_SHARE) return undefined;
  return contradicts(riskWhen, value, before, sum) ? undefined : before;
}
