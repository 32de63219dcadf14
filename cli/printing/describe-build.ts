import type { BuildReport, Severity, TenantCounts } from '../../features/marts/build-report.ts';
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

/** Notes beyond these are only counted; everything is in the JSON document and in analytics.build_findings. */
const SHOWN_NOTES = 12;

/** What a build read, made and noticed: a table of tenants, and one line a finding, the worst first. */
export function describeBuild({ tenants, findings }: BuildReport): string {
  const serious = findings.filter(({ severity }) => severity !== 'noted');
  const notes = findings.filter(({ severity }) => severity === 'noted');
  const shown = [...serious, ...notes.slice(0, SHOWN_NOTES)];
  const more = notes.length - SHOWN_NOTES;
  return [
    renderTable(HEADER, tenants.map(cells)),
    ...(findings.length > 0 ? [''] : []),
    ...shown.map((finding) => `${SIGNS[finding.severity]}  ${findingSentence(finding)}`),
    ...(more > 0 ? [`${more} more notes: --json has them, and analytics.build_findings`] : []),
  ].join('\n');
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
