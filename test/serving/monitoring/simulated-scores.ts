import type { ServedScore } from '../../../serving/monitoring/models/served-scores.ts';
import { createRandom } from '../../../stats/seeded-random.ts';

export interface SimulatedScores {
  readonly seed: number;
  readonly tenants?: readonly string[];
  readonly accounts: number;
  /** Epoch days. */
  readonly days: readonly number[];
  /** The true log-odds of churn from those that are forecast. */
  readonly truth?: (tenantId: string, logOdds: number) => number;
}

/** Calibrated forecasts with outcomes, unless the truth is another; an account keeps most of its risk and its luck. */
export function simulatedScores({
  seed,
  tenants = ['acme', 'globex', 'initech'],
  accounts,
  days,
  truth = (_, logOdds) => logOdds,
}: SimulatedScores): ServedScore[] {
  const random = createRandom(`simulated scores ${seed}`);
  return tenants.flatMap((tenantId) =>
    Array.from({ length: accounts }, (_, account) => {
      const logOdds = -2 + 1.2 * random.normal();
      const luck = random.next();
      return days.map((epochDay): ServedScore => {
        const moved = logOdds;
        const probability = sigmoid(moved);
        const outcome = Number(luck < sigmoid(truth(tenantId, moved)));
        return {
          tenantId,
          accountId: `a${account}`,
          epochDay,
          modelVersion: 'v1',
          probabilities: [probability * 0.5, probability * 0.8, probability],
          outcomes: [Number.NaN, Number.NaN, outcome],
          isHindsight: [false, false, false],
        };
      });
    }).flat(),
  );
}

function sigmoid(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}
