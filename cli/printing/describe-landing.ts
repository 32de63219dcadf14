import type { LandingCheck } from '../jobs/nightly/check-last-night.ts';

const MISSING_LISTED = 20;

/** The answer to "did last night land?": yes or no first, then who is missing since when. */
export function describeLanding({ landed, since, landedTenants, missing, newestAsOf }: LandingCheck): string {
  const tenants = landedTenants + missing.length;
  return [
    `${landed ? 'landed' : 'not landed'}: ${landedTenants} of ${tenants} tenants were scored since ${minute(since)}; the newest day is ${newestAsOf ?? 'none'}`,
    ...missing
      .slice(0, MISSING_LISTED)
      .map(({ tenantId, landedAt }) => `  missing: ${tenantId} (last scored ${minute(landedAt)})`),
    ...(missing.length > MISSING_LISTED ? [`  and ${missing.length - MISSING_LISTED} more`] : []),
  ].join('\n');
}

function minute(time: Date): string {
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
