import type { BuildReport, Finding, Severity, TenantCounts } from '../../features/marts/build-report.ts';
import { findingSentence } from '../../features/marts/finding-words.ts';
import { renderTable } from './render-table.ts';

const HEADER = [
  'tenant',
  'churn',
  'events',
  'accounts',
  'subscriptions',
  'tickets',
  'days',
  'feature rows',
  'newest day',
  'accounts then',
];

const SIGNS: Readonly<Record<Severity, string>> = { refused: 'refused', warned: 'warning', noted: 'note   ' };

/** What a build read, made and noticed: a table of tenants, and one line a finding, the worst first. */
export function describeBuild({ tenants, findings }: BuildReport): string {
  const lines = Array.from(alike(findings), ([first, ...others]) => {
    const more =
      others.length === 0 ? '' : ` (and ${others.length} more ${others.length === 1 ? 'tenant' : 'tenants'})`;
    return `${SIGNS[first!.severity]}  ${findingSentence(first!)}${more}`;
  });
  return [renderTable(HEADER, tenants.map(cells)), ...(lines.length > 0 ? [''] : []), ...lines].join('\n');
}

/** Findings of one kind together, in the order of the first of each; what refuses a build stands alone. */
function alike(findings: readonly Finding[]): Iterable<readonly Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const found of findings) {
    const { tenantId, finding, reason, severity, subject } = found;
    const key = JSON.stringify([
      severity,
      finding,
      reason,
      severity === 'refused' ? tenantId : null,
      finding === 'missing_currency_rates' ? subject : null,
    ]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [found]);
    else group.push(found);
  }
  return groups.values();
}

function cells(tenant: TenantCounts): string[] {
  const { events, accounts, subscriptions, tickets, asOfDates, featureRows, scorableAccounts } = tenant;
  return [
    tenant.tenantId,
    tenant.churnDefinition ?? '–',
    ...[events, accounts, subscriptions, tickets, asOfDates, featureRows].map(count),
    tenant.newestAsOfDate ?? '–',
    count(scorableAccounts),
  ];
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
