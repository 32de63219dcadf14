import type { Family } from './family.ts';
import { tabmNetwork } from './tabm-network.ts';

/**
 * TabM-mini: submodels that share one multilayer perceptron and differ in how they scale its inputs and in their heads.
 * Each is trained on its own loss, and their mean is a better calibrated forecast than any of them.
 * SiLU units are smooth, so that integrated gradients converge in a few stops.
 *
 * https://arxiv.org/abs/2410.24210
 */
export const tabm: Family = { name: 'tabm', network: tabmNetwork };
