import type { AsOfDate } from '../../../features/contract/as-of-date.ts';
import { OperationFailed } from '../../../features/contract/failure.ts';
import type { TenantId } from '../../../features/contract/tenant-id.ts';
import { acrossTenants } from '../../../features/warehouse/tenant-warehouse.ts';
import type { ReadableWarehouse } from '../../../features/warehouse/warehouse.ts';
import { openServedNight } from '../../../serving/published/open-published-night.ts';
import { readLandings } from '../../../serving/scores-mart/landings.ts';
import type { Configuration } from '../../configuration/configuration.ts';
import type { CommandContext } from '../../context/command-context.ts';
import { openWarehouse } from '../../context/open-warehouse.ts';

const DAY_MILLISECONDS = 24 * 3600_000;

/** Whether the last night landed, as whoever reads the scores sees it. */
export interface LandingCheck {
  readonly landed: boolean;
  /** Runs before this moment belong to an earlier night. */
  readonly since: Date;
  readonly landedTenants: number;
  /** Scored before, and not since. */
  readonly missing: readonly { readonly tenantId: TenantId; readonly landedAt: Date }[];
  /** Null when nothing was ever scored. */
  readonly newestAsOf: AsOfDate | null;
  readonly lastLandedAt: Date | null;
}

/**
 * Reads the published night, or on Snowflake the runs of the mart; waits for no lock.
 *
 * @param hour When a night must have landed, as `06:00` in UTC: before it the night of the day before counts, and a night
 *   begins at midnight. Null: whatever ran within 24 hours.
 * @throws OperationFailed where nothing was ever published
 */
export async function checkLastNight(
  { configuration, clock }: CommandContext,
  hour: string | null,
): Promise<LandingCheck> {
  const since = nightBegan(clock(), hour);
  const warehouse = await openLanded(configuration);
  try {
    const landings = await readLandings(acrossTenants(warehouse, 'monitoring'));
    const missing = landings.filter(({ landedAt }) => landedAt < since);
    return {
      landed: landings.length > missing.length && missing.length === 0,
      since,
      landedTenants: landings.length - missing.length,
      missing: missing.map(({ tenantId, landedAt }) => ({ tenantId, landedAt })),
      newestAsOf:
        landings
          .map(({ asOf }) => asOf)
          .sort()
          .at(-1) ?? null,
      lastLandedAt:
        landings
          .map(({ landedAt }) => landedAt)
          .sort((a, b) => +a - +b)
          .at(-1) ?? null,
    };
  } finally {
    await warehouse.close();
  }
}

function nightBegan(now: Date, hour: string | null): Date {
  if (hour === null) return new Date(now.getTime() - DAY_MILLISECONDS);
  const midnight = new Date(now.toISOString().slice(0, 10));
  const isDue = now.toISOString().slice(11, 16) >= hour;
  return isDue ? midnight : new Date(midnight.getTime() - DAY_MILLISECONDS);
}

async function openLanded(configuration: Configuration): Promise<ReadableWarehouse> {
  if (configuration.snowflake !== null) return openWarehouse(configuration, 'nightly');
  const published = await openServedNight(configuration.publishedDirectory);
  if (published === null)
    throw new OperationFailed({
      where: configuration.publishedDirectory,
      what: 'no night was ever published here',
      remedy: 'run `churn nightly`, or set CHURN_HOME to the home that it runs in',
    });
  return published;
}
