import { BadInput } from '../features/contract/failure.ts';
import { FAMILY_NAMES } from '../models/families/families.ts';
import { keepsDirections } from './learners/learners.ts';
import type { TrainingRequest } from './training-request.ts';

/**
 * What the card has to say of directions that are to be kept; nothing where none are.
 *
 * @throws BadInput where they cannot be kept, or none is declared
 */
export function checkDirections({
  monotone = false,
  sequence = false,
  family,
  featureSet,
}: Pick<TrainingRequest, 'monotone' | 'sequence' | 'family' | 'featureSet'>): string[] {
  if (!monotone) return [];
  const able = FAMILY_NAMES.filter(keepsDirections);
  if (family !== 'auto' && !able.includes(family))
    throw new BadInput({
      where: '--monotone',
      what: `${family} cannot be held to the directions that features declare`,
      remedy: `train ${able.join(' or ')}, or auto, which then blends these`,
    });
  if (sequence)
    throw new BadInput({
      where: '--monotone with --sequence',
      what: 'what is learnt from the shape of weekly counts has no direction',
      remedy: 'leave one of the two out',
    });
  const declared = featureSet.features.filter(({ risk_when }) => risk_when !== 'either').length;
  if (declared === 0)
    throw new BadInput({
      where: '--monotone',
      what: `no feature of ${featureSet.name} declares a direction`,
      remedy: 'leave it out; features of the marts declare theirs by risk_when, columns of a table cannot',
    });
  return [
    `risk goes with ${declared} of ${featureSet.features.length} features as their risk_when says, or not at all (--monotone)`,
  ];
}
