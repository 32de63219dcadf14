import type { FeatureDefinition } from '../../../features/contract/feature-set.ts';
import type { FeatureValue } from './driver.ts';

type RiskWhen = FeatureDefinition['risk_when'];

/** Whether a feature moved the risk the way people expect of it, the other way, or without having moved itself. */
export type Agreement = 'agrees' | 'contradicts' | 'idle';

/** What people say to a move from `reference` to `value` that is to push the risk the way `sum` says. */
export function agreementOf(
  riskWhen: RiskWhen,
  value: FeatureValue,
  reference: FeatureValue,
  sum: number,
): Agreement {
  if (value === reference) return 'idle';
  return contradicts(riskWhen, value, reference, sum) ? 'contradicts' : 'agrees';
}

/** Whether the risk went the other way than declared: up although the value moved to the safe side, or down. */
export function contradicts(
  riskWhen: RiskWhen,
  value: FeatureValue,
  reference: FeatureValue,
  sum: number,
): boolean {
  if (riskWhen === 'either' || typeof value !== 'number' || typeof reference !== 'number') return false;
  if (value === reference) return false;
  return (riskWhen === 'high' ? value > reference : value < reference) !== sum > 0;
}
