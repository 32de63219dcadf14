import type { BuildReport, TenantCounts } from '../../features/marts/build-report.ts';
import { describeFindings } from '../../features/marts/describe-findings.ts';
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

/** What a build read, made and noticed: a table of tenants, and one line a finding, the worst first. */
export function describeBuild({ tenants, findings }: BuildReport): string {
  const lines = describeFindings(findings);
  return [renderTable(HEADER, tenants.map(cells)), ...(lines.length > 0 ? [''] : []), ...lines].join('\n');
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
