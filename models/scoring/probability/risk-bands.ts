import { z } from 'zod';

export const RISK_BANDS = ['low', 'medium', 'high', 'critical'] as const;

/** Position of the first band that is worth a call: high and critical risk lie from it on. */
export const HIGH_RISK = RISK_BANDS.indexOf('high');

export type RiskBand = (typeof RISK_BANDS)[number];

/** Least probability of churn within the longest horizon for each band; below `medium` it is low. */
export const riskThresholdsSchema = z.object({
  medium: z.number(),
  high: z.number(),
  critical: z.number(),
});

export type RiskThresholds = z.infer<typeof riskThresholdsSchema>;

/** How many times the base odds of churn open a band. */
const ODDS_MULTIPLES = { medium: 1.5, high: 4, critical: 10 } as const;

/**
 * Bands in multiples of the base odds, so that they mean the same for a tenant that loses 2 % and one that loses 20 %:
 * medium from 1.5 times, high from 4 times, critical from 10 times the odds of an average account.
 *
 * @param baseRate share of training accounts that churned within the longest horizon
 * @example riskThresholds(0.1) // { medium: 0.143, high: 0.308, critical: 0.526 }
 */
export function riskThresholds(baseRate: number): RiskThresholds {
  const odds = baseRate / (1 - baseRate);
  const at = (multiple: number): number => (odds * multiple) / (1 + odds * multiple);
  return {
    medium: at(ODDS_MULTIPLES.medium),
    high: at(ODDS_MULTIPLES.high),
    critical: at(ODDS_MULTIPLES.critical),
  };
}

export function riskBand({ medium, high, critical }: RiskThresholds, probability: number): RiskBand {
  if (probability >= critical) return 'critical';
  if (probability >= high) return 'high';
  return probability >= medium ? 'medium' : 'low';
}
