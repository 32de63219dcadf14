import type { NightlyReport } from '../jobs/nightly/nightly-report.ts';

const MISSING_LISTED = 20;

/** Scores of the day itself, or of one before, are what a night is for. */
const FRESH_DAYS = 2;

/** A night for the person who reads it in the morning: what is missing first, then each step. */
export function describeNightly(report: NightlyReport): string {
  const { night, landedTenants, missing, late, steps, deadline, newest, isStale } = report;
  const by = deadline === null ? '' : ` by ${deadline.toISOString().slice(11, 16)} UTC`;
  const onTime = landedTenants - late.length;
  return [
    `night of ${night}: ${onTime} of ${landedTenants + missing.length} tenants landed${by}`,
    ...(newest === null || newest.ageDays <= FRESH_DAYS
      ? []
      : [
          `  ${isStale ? 'stale' : 'old'}: the newest day that could be scored is ${newest.asOf}, ${newest.ageDays} days before; see what has arrived since`,
        ]),
    ...missing.slice(0, MISSING_LISTED).map(({ tenantId, reason }) => `  missing: ${tenantId} (${reason})`),
    ...(missing.length > MISSING_LISTED ? [`  and ${missing.length - MISSING_LISTED} more`] : []),
    ...late.map(({ tenantId, minutes }) => `  late: ${tenantId} by ${Math.ceil(minutes)} min`),
    ...steps.map(({ step, status, startedAt, finishedAt, detail, error }) => {
      const seconds = ((finishedAt ?? startedAt).getTime() - startedAt.getTime()) / 1000;
      return `${step.padEnd(9)}${status.padEnd(11)}${seconds.toFixed(1).padStart(7)} s  ${error ?? describeDetail(detail)}`;
    }),
  ].join('\n');
}

function describeDetail(detail: Readonly<Record<string, unknown>>): string {
  return Object.entries(detail)
    .map(([name, value]) => {
      // Of a list, such as the refused gates that the record keeps, the number; the lines above tell each.
      const told = Array.isArray(value) ? value.length : value;
      return name === 'reason' ? String(told) : `${name.replaceAll('_', ' ')} ${told}`;
    })
    .join(', ');
}
