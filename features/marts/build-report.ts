import { type AsOfDate, fromEpochDay } from '../contract/as-of-date.ts';
import type { BatchColumn, BuiltRelation, ColumnBatch, Relation } from '../warehouse/warehouse.ts';

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
      tenantId: row.text('tenant_id')!,
      churnDefinition: row.text('churn_definition'),
      events: row.number('event_count')!,
      accountVersions: row.number('account_version_count')!,
      accounts: row.number('account_count')!,
      subscriptionVersions: row.number('subscription_version_count')!,
      subscriptions: row.number('subscription_count')!,
      ticketVersions: row.number('ticket_version_count')!,
      tickets: row.number('ticket_count')!,
      asOfDates: row.number('as_of_date_count')!,
      featureRows: row.number('feature_row_count')!,
      scorableAccounts: row.number('scorable_account_count')!,
      firstAsOfDate: row.date('first_as_of_date'),
      newestAsOfDate: row.date('last_as_of_date'),
      lastEventDate: row.date('last_event_date'),
    })),
    findings: findings
      .map((row) => ({
        tenantId: row.text('tenant_id')!,
        finding: row.text('finding')!,
        reason: row.text('reason'),
        severity: row.text('severity') as Severity,
        subject: row.text('subject'),
        rows: row.number('row_count')!,
        totalRows: row.number('total_count')!,
        share: row.number('share')!,
        quantity: row.number('quantity'),
        firstDate: row.date('first_date'),
        lastDate: row.date('last_date'),
        refuseAbove: row.number('refuse_above'),
      }))
      .sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || b.share - a.share),
  };
}

interface ReadRow {
  text(column: string): string | null;
  number(column: string): number | null;
  date(column: string): AsOfDate | null;
}

async function rowsOf(
  reader: Pick<BuiltRelation, 'read'>,
  relation: Relation,
  columns: readonly string[],
): Promise<ReadRow[]> {
  const rows: ReadRow[] = [];
  const orderBy = columns.filter((name) => ['tenant_id', 'finding', 'reason', 'subject'].includes(name));
  for await (const batch of reader.read({ relation, columns, where: [], orderBy }))
    for (let row = 0; row < batch.rowCount; row++) rows.push(rowAt(batch, row));
  return rows;
}

function rowAt(batch: ColumnBatch, row: number): ReadRow {
  const cellOf = (name: string): BatchColumn['values'][number] | null => {
    const value = batch.columns.get(name)!.values[row]!;
    return typeof value === 'number' && Number.isNaN(value) ? null : value;
  };
  return {
    text: (name) => cellOf(name) as string | null,
    number: (name) => cellOf(name) as number | null,
    date: (name) => {
      const day = cellOf(name);
      return day === null ? null : fromEpochDay(day as number);
    },
  };
}
