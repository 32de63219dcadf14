import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import type { Vocabulary } from '../../models/scoring/drivers/feature-words.ts';
import type { RiskBand } from '../../models/scoring/probability/risk-bands.ts';
import type { MoneyByCurrency } from './money-by-currency.ts';
import type { SucceededRun } from './succeeded-runs.ts';

/**
 * One tenant's risk list as it stands, by column, in the order of the rank: row 0 is most at risk.
 * NaN is unknown in numbers, null in texts.
 */
export interface CurrentScores {
  readonly tenantId: TenantId;
  readonly run: SucceededRun;
  readonly rowCount: number;
  readonly accountIds: readonly string[];
  readonly rowOfAccount: ReadonlyMap<string, number>;
  readonly names: readonly (string | null)[];
  readonly segments: readonly (string | null)[];
  readonly regions: readonly (string | null)[];
  readonly owners: readonly (string | null)[];
  readonly probability30d: Float64Array;
  readonly probability60d: Float64Array;
  readonly probability90d: Float64Array;
  /** 80 % interval; NaN where the version does not say how sure it is. */
  readonly probability90dLow: Float64Array;
  readonly probability90dHigh: Float64Array;
  readonly previousProbability90d: Float64Array;
  readonly bands: readonly RiskBand[];
  readonly ranks: Float64Array;
  readonly mrr: Float64Array;
  /** What revenue is in; null where the mart does not say. */
  readonly currencies: readonly (string | null)[];
  readonly mrrAtRisk: Float64Array;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly renewsAt: Float64Array;
  /** JSON lists of the events in each of the last twelve weeks, the oldest first; null where the mart has none. */
  readonly weeklyEvents: readonly (string | null)[];
  /** Of the typical account on the longest horizon, from which the drivers start. */
  readonly typicalLogOdds: Float64Array;
  /** As the mart keeps them; `tellDrivers` puts into words what is shown. */
  readonly drivers: readonly string[];
  readonly changeDrivers: readonly string[];
  /** What the codes of the drivers mean. */
  readonly vocabulary: Vocabulary;
}

/** Counts of one as-of date: a point of the trend. */
export interface ScoredDayTotals {
  readonly asOf: AsOfDate;
  readonly accounts: number;
  readonly accountsByBand: Readonly<Record<RiskBand, number>>;
  readonly mrrAtRisk: MoneyByCurrency;
}
