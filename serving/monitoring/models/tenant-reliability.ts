import { shrunkenRatios } from '../../../stats/shrunken-ratios.ts';
import type { Figure } from './measure-outcomes.ts';
import type { ServedScore } from './served-scores.ts';

export interface TenantReliability {
  readonly tenantId: string;
  readonly rows: number;
  readonly churned: number;
  readonly expectedChurned: number;
  /** Churned to expected, shrunk towards 1, with its 99 % interval. */
  readonly ratio: Figure;
  readonly auc: Figure;
  /** The ratio's interval leaves out 1. */
  readonly isMiscalibrated: boolean;
  /** The whole interval of the AUC lies below a half. */
  readonly isWorseThanChance: boolean;
}

const COVERAGE = 0.99;

/**
 * How far each tenant's forecasts came true. An account counts at several as-of dates, so that counts vary more than those of
 * separate accounts would; they are scaled down by how much more they do.
 */
export function tenantReliability(
  scoresByTenant: ReadonlyMap<string, readonly ServedScore[]>,
  horizon: number,
  aucOf: (tenantId: string) => Figure,
): TenantReliability[] {
  const closed = [...scoresByTenant]
    .map(([tenantId, scores]) => ({
      tenantId,
      scores: scores.filter(({ outcomes }) => !Number.isNaN(outcomes[horizon])),
    }))
    .filter(({ scores }) => scores.length > 0);
  const tenants = closed.map(({ tenantId, scores }) => {
    const inflation = varianceInflation(scores, horizon);
    const observed = scores.reduce((sum, { outcomes }) => sum + outcomes[horizon]!, 0);
    const expected = scores.reduce((sum, { probabilities }) => sum + probabilities[horizon]!, 0);
    return { tenantId, rows: scores.length, observed, expected, inflation };
  });
  const ratios = shrunkenRatios(
    tenants.map(({ observed, expected, inflation }) => ({
      observed: observed / inflation,
      expected: expected / inflation,
    })),
    COVERAGE,
  );
  return tenants.map(({ tenantId, rows, observed, expected }, index) => {
    const ratio = ratios[index]!;
    const auc = aucOf(tenantId);
    return {
      tenantId,
      rows,
      churned: observed,
      expectedChurned: expected,
      ratio,
      auc,
      isMiscalibrated: ratio.low > 1 || ratio.high < 1,
      isWorseThanChance: auc.high !== null && auc.high < 0.5,
    };
  });
}

/** Variance of the accounts' summed errors over what separate rows would have; at least 1. */
function varianceInflation(scores: readonly ServedScore[], horizon: number): number {
  const errors = new Map<string, number>();
  let separate = 0;
  let bias = 0;
  for (const { outcomes, probabilities } of scores)
    bias += (outcomes[horizon]! - probabilities[horizon]!) / scores.length;
  for (const { accountId, outcomes, probabilities } of scores) {
    const probability = probabilities[horizon]!;
    const error = outcomes[horizon]! - probability - bias;
    errors.set(accountId, (errors.get(accountId) ?? 0) + error);
    separate += error ** 2;
  }
  const together = [...errors.values()].reduce((sum, error) => sum + error ** 2, 0);
  return separate === 0 ? 1 : Math.max(1, together / separate);
}
