import { randomUUID } from 'node:crypto';
import type { AsOfDate } from '../../features/contract/as-of-date.ts';
import type { TenantId } from '../../features/contract/tenant-id.ts';
import { loadFeatureSet } from '../../features/marts/feature-set.ts';
import type { EmbeddedWarehouse, Warehouse } from '../../features/warehouse/warehouse.ts';
import type { NightPart } from '../../serving/batch/night-part.ts';
import type { NightReport } from '../../serving/batch/night-report.ts';
import { scoreNight } from '../../serving/batch/score-night.ts';
import type { Withheld } from '../../serving/batch/withheld.ts';
import { type Publication, publishNight } from '../../serving/published/publish-night.ts';
import type { CommandContext } from '../context/command-context.ts';
import { openRegistry } from '../context/open-registry.ts';
import { championSource } from './champion-source.ts';

export interface NightSelection {
  readonly asOf?: AsOfDate | undefined;
  readonly tenantIds?: readonly TenantId[] | undefined;
  readonly part?: NightPart | undefined;
  /** Tenants that keep their old scores. */
  readonly withheld?: ReadonlyMap<TenantId, Withheld>;
  readonly runId?: string;
}

/** The nightly batch, wired to the configured registry. */
export async function scoreTenants(
  { configuration, terminal, clock }: CommandContext,
  warehouse: Warehouse,
  { asOf, tenantIds, part, withheld, runId = randomUUID() }: NightSelection,
): Promise<NightReport> {
  return scoreNight({
    warehouse,
    registry: championSource(openRegistry(configuration, clock), terminal.log),
    featureSet: await loadFeatureSet(warehouse),
    asOf,
    tenantIds,
    part,
    ...(withheld === undefined ? {} : { withheld }),
    clock,
    runId,
    onProgress: ({ tenantsDone, tenantsTotal, rowsScored }) =>
      terminal.progress(
        `${tenantsDone} of ${tenantsTotal} tenants, ${rowsScored} accounts`,
        tenantsDone / tenantsTotal,
      ),
    log: terminal.log,
  });
}

/** Publishes scores for services to read. On Snowflake services read the mart itself. */
export function publishScores(
  { configuration, clock }: CommandContext,
  warehouse: EmbeddedWarehouse,
  runId: string,
): Promise<Publication> {
  const { publishedDirectory: folder, retention } = configuration;
  return publishNight({ warehouse, folder, runId, clock, nightsKept: retention.nights });
}

export function describeNight({ tenantsByStatus, rowsScored, rowsWritten, seconds }: NightReport): string {
  const { inserted, revised, unchanged, withdrawn } = rowsWritten;
  const { succeeded, refused, failed } = tenantsByStatus;
  return [
    `${rowsScored} accounts of ${succeeded} tenants scored in ${seconds.toFixed(1)} s`,
    `scores: ${inserted} new, ${revised} revised, ${unchanged} as they were, ${withdrawn} withdrawn`,
    ...(refused + failed === 0
      ? []
      : [`not scored: ${refused} tenants refused, ${failed} failed (reasons above)`]),
  ].join('\n');
}
