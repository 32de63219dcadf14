import type { Learner } from '../fit/learner.ts';
import { linearLearner } from './linear-learner.ts';

export const logisticLearner: Learner = {
  ...linearLearner,
  encoding: { piecewiseBins: 0, linear: true, rareRows: 20, maximumLevels: 64 },
  training: {
    learningRate: 1e-2,
    weightDecay: 2e-3,
    batchRows: 1024,
    epochs: 12,
    patience: 3,
    dropout: 0,
  },
};
