import { type AsOfDate, fromEpochDay } from '../contract/as-of-date.ts';
import { rowsOfBatches, type SmallRow } from '../warehouse/rows-of-batches.ts';
import type { BuiltRelation, Relation } from '../warehouse/warehouse.ts';

/** What a build read and made of one tenant, a row of `analytics.tenant_build_counts`. */
export interface TenantCounts {
  readonly tenantId: string;
  /** Null for a tenant without accounts. */
  readonly churnDefinition: string | null;
  readonly events: number;
  readonly accountVersions: number;
  readonly accounts: number;
  readonly subscriptionVersions: number;
  readonly subscriptions: number;
  readonly ticketVersions: number;
  readonly tickets: number;
  readonly asOfDates: number;
  readonly featureRows: number;
  /** Accounts with features at the newest as-of date. */
  readonly scorableAccounts: number;
  readonly firstAsOfDate: AsOfDate | null;
  readonly newestAsOfDate: AsOfDate | null;
  readonly lastEventDate: AsOfDate | null;
}

/** The worst first. A refused finding stops the build. */
export const SEVERITIES = ['refused', 'warned', 'noted'] as const;

export type Severity = (typeof SEVERITIES)[number];

/** What a build noticed about one tenant, a row of `analytics.build_findings`; what the fields hold depends on the finding. */
export interface Finding {
  readonly tenantId: string;
  readonly finding: string;
  readonly reason: string | null;
  readonly severity: Severity;
  readonly subject: string | null;
  /** Events, accounts or subscriptions that it is about, and how many there are. */
  readonly rows: number;
  readonly totalRows: number;
  readonly share: number;
  readonly quantity: number | null;
  readonly firstDate: AsOfDate | null;
  readonly lastDate: AsOfDate | null;
  /** The share above which it refuses a build; null for never. */
  readonly refuseAbove: number | null;
}

export interface BuildReport {
  /** By tenant id. */
  readonly tenants: readonly TenantCounts[];
  /** The worst first, then the largest share. */
  readonly findings: readonly Finding[];
}

const COUNTS: Relation = { schema: 'analytics', name: 'tenant_build_counts' };
const FINDINGS: Relation = { schema: 'analytics', name: 'build_findings' };

/** Reads what the build of these marts noticed, of all tenants. */
export async function readBuildReport(reader: Pick<BuiltRelation, 'read'>): Promise<BuildReport> {
  const tenants = await rowsOf(reader, COUNTS, [
    'tenant_id',
    'churn_definition',
    'event_count',
    'account_version_count',
    'account_count',
    'subscription_version_count',
    'subscription_count',
    'ticket_version_count',
    'ticket_count',
    'as_of_date_count',
    'feature_row_count',
    'scorable_account_count',
    'first_as_of_date',
    'last_as_of_date',
    'last_event_date',
  ]);
  const findings = await rowsOf(reader, FINDINGS, [
    'tenant_id',
    'finding',
    'reason',
    'severity',
    'subject',
    'row_count',
    'total_count',
    'share',
    'quantity',
    'first_date',
    'last_date',
    'refuse_above',
  ]);
  return {
    tenants: tenants.map((row) => ({
      tenantId: String(row.tenant_id),
      churnDefinition: textOf(row.churn_definition),
      events: Number(row.event_count),
      accountVersions: Number(row.account_version_count),
      accounts: Number(row.account_count),
      subscriptionVersions: Number(row.subscription_version_count),
      subscriptions: Number(row.subscription_count),
      ticketVersions: Number(row.ticket_version_count),
      tickets: Number(row.ticket_count),
      asOfDates: Number(row.as_of_date_count),
      featureRows: Number(row.feature_row_count),
      scorableAccounts: Number(row.scorable_account_count),
      firstAsOfDate: dateOf(row.first_as_of_date),
      newestAsOfDate: dateOf(row.last_as_of_date),
      lastEventDate: dateOf(row.last_event_date),
    })),
    findings: findings
      .map((row) => ({
        tenantId: String(row.tenant_id),
        finding: String(row.finding),
        reason: textOf(row.reason),
        severity: row.severity as Severity,
        subject: textOf(row.subject),
        rows: Number(row.row_count),
        totalRows: Number(row.total_count),
        share: Number(row.share),
        quantity: numberOf(row.quantity),
        firstDate: dateOf(row.first_date),
        lastDate: dateOf(row.last_date),
        refuseAbove: numberOf(row.refuse_above),
      }))
      .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || b.share - a.share),
  };
}

function rowsOf(
  reader: Pick<BuiltRelation, 'read'>,
  relation: Relation,
  columns: readonly string[],
): Promise<SmallRow[]> {
  const orderBy = columns.filter((name) => ['tenant_id', 'finding', 'reason', 'subject'].includes(name));
  return rowsOfBatches(reader.read({ relation, columns, where: [], orderBy }));
}

type Cell = SmallRow[string] | undefined;

function textOf(cell: Cell): string | null {
  return (cell ?? null) as string | null;
}

function numberOf(cell: Cell): number | null {
  return (cell ?? null) as number | null;
}

function dateOf(cell: Cell): AsOfDate | null {
  const day = numberOf(cell);
  return day === null ? null : fromEpochDay(day);
}
