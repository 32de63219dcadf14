import type { FamilyName } from '../../models/families/families.ts';
import type { Learner } from '../fit/learner.ts';
import { gamLearner } from './gam-learner.ts';
import { learnSequence } from './learn-sequence.ts';
import { logisticLearner } from './logistic-learner.ts';
import { tabmLearner } from './tabm-learner.ts';

const LEARNERS: Readonly<Record<FamilyName, Learner>> = {
  logistic: logisticLearner,
  gam: gamLearner,
  tabm: tabmLearner,
};

/** Whether a family can be held to the directions that features declare. */
export function keepsDirections(name: FamilyName): boolean {
  return LEARNERS[name].bounds !== undefined;
}

/** @param weeklyInputs positions of weekly counts among the inputs, to learn features of */
export function learnerNamed(name: FamilyName, weeklyInputs: readonly number[] = []): Learner {
  return learnSequence(LEARNERS[name], weeklyInputs);
}
