import { type AsOfDate, fromEpochDay, toEpochDay } from '../../features/contract/as-of-date.ts';
import { columnBatchOfRows } from '../../features/warehouse/column-batch-of-rows.ts';
import { rowSource } from '../../features/warehouse/row-source.ts';
import { rowsOfBatches } from '../../features/warehouse/rows-of-batches.ts';
import type { CrossTenantReader, TenantReader } from '../../features/warehouse/tenant-warehouse.ts';
import type { KeyFilter, TableChange, TableDefinition } from '../../features/warehouse/warehouse.ts';
import { type Alert, alertSchema } from './alert.ts';

/** `dead` was tried too often and is not tried again. */
export const DELIVERY_STATUSES = ['pending', 'delivered', 'dead'] as const;

export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** An alert for one destination. */
export interface OutboxRow {
  readonly alert: Alert;
  readonly destination: string;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly raisedAt: Date;
  /** Null when nothing is to be tried any more. */
  readonly nextAttemptAt: Date | null;
  readonly deliveredAt: Date | null;
  readonly lastError: string | null;
}

/** Grain: one row per alert and destination. It holds what is said, never where it goes nor the key to it. */
export const alertOutbox: TableDefinition = {
  relation: { schema: 'scores', name: 'alert_outbox' },
  keyColumns: ['tenant_id', 'alert_id', 'destination'],
  columns: [
    { name: 'tenant_id', type: 'text', nullable: false },
    { name: 'alert_id', type: 'text', nullable: false },
    { name: 'destination', type: 'text', nullable: false },
    { name: 'account_id', type: 'text', nullable: true },
    { name: 'rule', type: 'text', nullable: false },
    { name: 'as_of_date', type: 'date', nullable: false },
    { name: 'owner', type: 'text', nullable: true },
    { name: 'text', type: 'text', nullable: false },
    { name: 'account', type: 'json', nullable: true },
    { name: 'status', type: 'text', nullable: false },
    { name: 'attempts', type: 'integer', nullable: false },
    { name: 'raised_at', type: 'timestamp', nullable: false },
    { name: 'next_attempt_at', type: 'timestamp', nullable: true },
    { name: 'delivered_at', type: 'timestamp', nullable: true },
    { name: 'last_error', type: 'text', nullable: true },
  ],
};

export function outboxChange(rows: readonly OutboxRow[]): TableChange {
  const batch = columnBatchOfRows(
    alertOutbox.columns,
    rows.map(({ alert, ...row }) => ({
      tenant_id: alert.tenantId,
      alert_id: alert.id,
      destination: row.destination,
      account_id: alert.accountId,
      rule: alert.rule,
      as_of_date: toEpochDay(alert.asOf),
      owner: alert.owner,
      text: alert.text,
      account: alert.account === null ? null : JSON.stringify(alert.account),
      status: row.status,
      attempts: row.attempts,
      raised_at: row.raisedAt.getTime(),
      next_attempt_at: row.nextAttemptAt?.getTime() ?? null,
      delivered_at: row.deliveredAt?.getTime() ?? null,
      last_error: row.lastError,
    })),
  );
  return { mode: 'merge', table: alertOutbox, rows: rowSource(batch) };
}

/** Rows that a reader may see, the oldest first. */
export async function readOutbox(
  reader: TenantReader | CrossTenantReader,
  where: readonly KeyFilter[],
): Promise<OutboxRow[]> {
  const rows = await rowsOfBatches(
    reader.read({
      relation: alertOutbox.relation,
      columns: alertOutbox.columns.map(({ name }) => name),
      where,
      orderBy: ['raised_at', 'tenant_id', 'alert_id', 'destination'],
    }),
  );
  return rows.map((row) => ({
    alert: alertSchema.parse({
      id: row.alert_id,
      tenantId: row.tenant_id,
      accountId: row.account_id,
      rule: row.rule,
      asOf: fromEpochDay(row.as_of_date as number) satisfies AsOfDate,
      owner: row.owner,
      text: row.text,
      account: row.account === null ? null : JSON.parse(String(row.account)),
    }),
    destination: String(row.destination),
    status: statusOf(row.status),
    attempts: Number(row.attempts),
    raisedAt: new Date(row.raised_at as number),
    nextAttemptAt: dateOf(row.next_attempt_at),
    deliveredAt: dateOf(row.delivered_at),
    lastError: row.last_error === null ? null : String(row.last_error),
  }));
}

function dateOf(cell: string | number | null | undefined): Date | null {
  return typeof cell === 'number' ? new Date(cell) : null;
}

function statusOf(cell: unknown): DeliveryStatus {
  const status = DELIVERY_STATUSES.find((known) => known === cell);
  if (status === undefined) throw new TypeError(`the outbox holds an unknown status ${String(cell)}`);
  return status;
}
