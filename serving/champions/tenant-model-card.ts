import type { Evaluation, ModelCard, SliceSummary } from '../../models/artefact/model-card.ts';
import type { ChampionChange } from '../../models/registry/champion-record.ts';
import type { ServedScope } from '../../models/registry/served-scope.ts';
import type { VersionReference } from '../../models/registry/version-reference.ts';

/**
 * What the readers of one tenant may know of its champion: figures of the whole scope, and of the rows by tenant its own.
 * It is copied together field by field, so nothing new on a card gets here by itself.
 */
export interface TenantModelCard extends VersionReference {
  readonly trainedAt: string;
  /** Whose accounts it learnt from. */
  readonly learntFrom: 'operator' | 'tenants' | 'tenant' | 'table';
  /** The rows and days that the serving weights were fitted on. */
  readonly fit: SliceSummary;
  /** Whether they were fitted again on more rows after the test. */
  readonly isRefitted: boolean;
  /** Later rows that it had not seen when it was measured. */
  readonly tested: SliceSummary;
  readonly featureCount: number;
  /** By horizon, the shortest first. */
  readonly test: readonly Evaluation[];
  /** What the next three are about; null where nothing could be measured. */
  readonly target: string | null;
  readonly reliability: ModelCard['reliability'][number]['bins'];
  readonly lift: ModelCard['lift'];
  readonly topOfList: ModelCard['top_of_list'];
  /** How the test came out for this tenant; null where it had no test rows. */
  readonly ownRow: Omit<ModelCard['tenants'][number], 'tenant_id'> | null;
  /** Changes of who serves the scope, the newest first; null where they could not be read. */
  readonly changes: readonly TenantChampionChange[] | null;
}

export interface TenantChampionChange extends VersionReference {
  readonly at: string;
  readonly action: ChampionChange['action'];
  /** Who and why; null where readers of one tenant are not told, since it may name others. */
  readonly note: { readonly by: string; readonly reason: string } | null;
}

export interface ChampionRecord extends VersionReference {
  readonly card: ModelCard;
  /** The scope that it is champion of. */
  readonly serves: ServedScope;
  /** The oldest first; null where they could not be read. */
  readonly changes: readonly ChampionChange[] | null;
}

/** @param readsEveryTenant Whether the reader may see all tenants, and so what was written about any of them */
export function tenantModelCard(
  { name, version, card, serves, changes }: ChampionRecord,
  tenantId: string,
  readsEveryTenant: boolean,
): TenantModelCard {
  const own = card.tenants.find((row) => row.tenant_id === tenantId);
  const measured = card.reliability.findLast(({ bins }) => bins.length > 0);
  const mayReadNotes = readsEveryTenant || serves.kind !== 'tenants';
  return {
    name,
    version,
    trainedAt: card.trained_at,
    learntFrom: card.scope.kind,
    fit: card.production.fit,
    isRefitted: card.production.refitted,
    tested: card.split.test,
    featureCount: card.feature_set.features,
    test: card.test,
    target: measured?.target ?? null,
    reliability: measured?.bins ?? [],
    lift: card.lift,
    topOfList: card.top_of_list,
    ownRow:
      own === undefined
        ? null
        : { rows: own.rows, observed_rate: own.observed_rate, mean_probability: own.mean_probability },
    changes:
      changes
        ?.map(({ at, action, subject, by, reason }) => ({
          ...subject,
          at,
          action,
          note: mayReadNotes ? { by, reason } : null,
        }))
        .reverse() ?? null,
  };
}
