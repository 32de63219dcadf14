import type { Figure } from '../models/measure-outcomes.ts';
import type { RetrainingRule } from '../models/recommend-retraining.ts';

/** @example metricText({ value: 0.8123, low: 0.79, high: 0.83 }) // '0.812 (0.790–0.830)' */
export function metricText({ value, low, high }: Figure): string {
  if (value === null) return '–';
  const range = low === null || high === null ? '' : ` (${low.toFixed(3)}–${high.toFixed(3)})`;
  return `${value.toFixed(3)}${range}`;
}

const RULES: Readonly<Record<RetrainingRule['rule'], string>> = {
  log_loss: 'log loss',
  calibration_slope: 'calibration slope',
  drift: 'drift',
  age: 'age',
};

export function ruleName(rule: RetrainingRule['rule']): string {
  return RULES[rule];
}
