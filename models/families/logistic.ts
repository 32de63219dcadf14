import type { Family } from './family.ts';
import { linearNetwork, linearTensorLogits, zeroLinearWeights } from './linear.ts';

/** Logistic hazards on scaled values: what every other family has to beat. */
export const logistic: Family = {
  name: 'logistic',
  encoding: { piecewiseBins: 0, linear: true, rareRows: 20, maximumLevels: 64 },
  training: {
    learningRate: 1e-2,
    weightDecay: 2e-3,
    batchRows: 1024,
    epochs: 12,
    patience: 3,
    dropout: 0,
  },
  submodels: 1,
  initialise: zeroLinearWeights,
  tensorLogits: linearTensorLogits,
  network: linearNetwork,
};
