import type { TenantId } from '../../features/contract/tenant-id.ts';
import type { TenantGrant } from '../access/principal.ts';
import type { TenantScores } from './tenant-scores.ts';

/** Everything the service may show of one tenant. Handlers hold this and nothing wider. */
export interface TenantView {
  readonly current: TenantScores;
  /** The state with this revision while it is kept; null afterwards. */
  at(revision: string): TenantScores | null;
}

/** The one way to scores: a grant for one tenant in, that tenant's rows out. */
export interface ScoresGateway {
  /** Null for a tenant without scores. */
  forTenant(grant: TenantGrant): TenantView | null;
  /** Ids only. */
  tenantIds(): Iterable<TenantId>;
  /** When the snapshot was last known to be what the mart holds; null before the first load. */
  confirmedAt(): Date | null;
  /** Whether what is loaded has not been confirmed for so long that newer scores may have landed. */
  isStale(): boolean;
}
