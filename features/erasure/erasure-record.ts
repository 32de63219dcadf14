import { z } from 'zod';
import { OPERATOR_TENANT, type TenantId } from '../contract/tenant-id.ts';
import { erasures } from '../ingest/raw-tables.ts';
import { columnBatchOfRows } from '../warehouse/column-batch-of-rows.ts';
import { rowSource } from '../warehouse/row-source.ts';
import { tenantReader } from '../warehouse/tenant-warehouse.ts';
import type { ColumnBatch, RowOwner, TableChange, Warehouse } from '../warehouse/warehouse.ts';
import { accountHash } from './account-hash.ts';

/** What an erasure found: rows by `schema.table`, and snapshots by id. */
const foundSchema = z.object({
  rows: z.record(z.string(), z.int().nonnegative()),
  snapshots: z.array(z.string()),
});

export type Found = z.infer<typeof foundSchema>;

export interface Erasure {
  readonly erasureId: string;
  /** What was asked for. */
  readonly target: RowOwner;
  readonly reason: string;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  /** Null until everything is done. */
  readonly finishedAt: Date | null;
  readonly found: Found;
}

/** Whose rows go: the target's and, for a whole tenant, those of its account with the operator. */
export function ownersOf(target: RowOwner): readonly RowOwner[] {
  const isTenant = target.accountId === null && target.tenantId !== OPERATOR_TENANT;
  return isTenant ? [target, { tenantId: OPERATOR_TENANT, accountId: target.tenantId }] : [target];
}

/** The erasure as rows of raw.erasures, one for each owner. Written again, it replaces them. */
export function recordErasure(erasure: Erasure): TableChange {
  return { mode: 'merge', table: erasures, rows: rowSource(batchOf(erasure)) };
}

function batchOf(erasure: Erasure): ColumnBatch {
  return columnBatchOfRows(
    erasures.columns,
    ownersOf(erasure.target).map(({ tenantId, accountId }) => ({
      tenant_id: tenantId,
      erasure_id: erasure.erasureId,
      account_hash: accountId === null ? null : accountHash(tenantId, accountId),
      reason: erasure.reason,
      requested_by: erasure.requestedBy,
      requested_at: erasure.requestedAt.getTime(),
      status: erasure.finishedAt === null ? 'requested' : 'done',
      finished_at: erasure.finishedAt?.getTime() ?? null,
      found: JSON.stringify(erasure.found),
    })),
  );
}

/** Earlier erasures of the same account or of the whole tenant, the oldest first. */
export async function readErasures(warehouse: Warehouse, target: RowOwner): Promise<readonly Erasure[]> {
  const { tenantId, accountId } = target;
  const hash = accountId === null ? null : accountHash(tenantId, accountId);
  const found: Erasure[] = [];
  const batches = tenantReader(warehouse, tenantId).read({
    relation: erasures.relation,
    columns: erasures.columns.map(({ name }) => name),
    orderBy: ['requested_at', 'erasure_id'],
  });
  for await (const batch of batches)
    for (let row = 0; row < batch.rowCount; row++)
      if (textAt(batch, 'account_hash', row) === hash) found.push(erasureAt(batch, row, tenantId, accountId));
  return found;
}

function erasureAt(batch: ColumnBatch, row: number, tenantId: TenantId, accountId: string | null): Erasure {
  const time = (name: string) => batch.columns.get(name)!.values[row] as number;
  return {
    erasureId: textAt(batch, 'erasure_id', row)!,
    target: { tenantId, accountId },
    reason: textAt(batch, 'reason', row)!,
    requestedBy: textAt(batch, 'requested_by', row)!,
    requestedAt: new Date(time('requested_at')),
    finishedAt: textAt(batch, 'status', row) === 'done' ? new Date(time('finished_at')) : null,
    found: foundSchema.parse(JSON.parse(textAt(batch, 'found', row)!)),
  };
}

function textAt(batch: ColumnBatch, name: string, row: number): string | null {
  return batch.columns.get(name)!.values[row] as string | null;
}
