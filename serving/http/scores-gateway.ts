import type { TenantId } from '../../features/contract/tenant-id.ts';
import type { CurrentScores, RiskTotals } from '../scores-mart/current-scores.ts';
import type { AccountHistory } from '../scores-mart/score-history.ts';

/** Everything the service may show of one tenant. Handlers hold this and nothing wider. */
export interface TenantScores {
  readonly current: CurrentScores;
  readonly history: AccountHistory;
  /** Ascending as-of dates, the current one last. */
  readonly trend: readonly RiskTotals[];
}

/** The one way to scores: a tenant's id in, that tenant's rows out. */
export interface ScoresGateway {
  /** Null for a tenant without scores. */
  forTenant(tenantId: TenantId): TenantScores | null;
  /** When the snapshot was last known to be what the mart holds; null before the first load. */
  confirmedAt(): Date | null;
}
