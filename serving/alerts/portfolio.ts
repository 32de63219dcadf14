import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import type { RiskBand } from '../../models/scoring/probability/risk-bands.ts';

/** What rules look at: one tenant as a night left it. */
export interface Portfolio {
  readonly tenantId: TenantId;
  /** Of the current scores. */
  readonly asOf: AsOfDate;
  /** The day on which the rules are looked at. */
  readonly today: AsOfDate;
  /** Why the last run of the tenant scored nothing; null where it did. */
  readonly heldBack: string | null;
  readonly accounts: readonly AccountState[];
}

export interface AccountState {
  readonly accountId: string;
  readonly name: string | null;
  readonly owner: string | null;
  readonly band: RiskBand;
  readonly probability90d: number;
  /** A week before; null for an account that was not scored then. */
  readonly previousProbability90d: number | null;
  readonly mrr: number | null;
  /** Of the revenue; null where it is not known. */
  readonly currency: string | null;
  readonly renewsAt: Date | null;
  /** Sentences, the strongest first; told when asked, since few accounts raise an alert. */
  reasons(): readonly string[];
}
