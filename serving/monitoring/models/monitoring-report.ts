import type { AsOfDate } from '../../../features/contract/as-of-date.ts';
import type { ReliabilityBin } from '../../../stats/reliability-bins.ts';
import type { Outcomes } from './measure-outcomes.ts';
import type { Recommendation } from './recommend-retraining.ts';
import type { TenantReliability } from './tenant-reliability.ts';
import type { WatchedDrift } from './watch-drift.ts';

/** Outcomes of some tenants' scores of one horizon, over all months or one. */
export interface OutcomesOf extends Outcomes {
  readonly tenantId: string;
  readonly horizonDays: number;
  /** `YYYY-MM` of the as-of dates; empty for all. */
  readonly month: string;
}

/** What the newest scores promise. */
export interface ExpectedOf {
  readonly tenantId: string;
  readonly horizonDays: number;
  readonly accounts: number;
  readonly figures: Readonly<Record<string, number | null>>;
}

export interface WatchedModel {
  readonly model: string;
  readonly version: string;
  readonly trainedAt: string | null;
  readonly tenants: readonly string[];
  readonly newestAsOf: AsOfDate;
  readonly drift: readonly WatchedDrift[];
  readonly realised: readonly OutcomesOf[];
  readonly expected: readonly ExpectedOf[];
  readonly reliability: readonly { readonly horizonDays: number; readonly bins: readonly ReliabilityBin[] }[];
  /** On the longest horizon that has outcomes. */
  readonly tenantReliability: readonly TenantReliability[];
  /** Null where the version cannot be loaded. */
  readonly recommendation: Recommendation | null;
  readonly notes: readonly string[];
}

export interface MonitoringReport {
  readonly runId: string;
  readonly asOf: AsOfDate;
  readonly measuredAt: string;
  readonly models: readonly WatchedModel[];
  readonly retrain: boolean;
}
