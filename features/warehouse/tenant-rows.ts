import { type TenantId, tenantIdSchema } from '../contract/tenant-id.ts';
import type { CrossTenantReader, ReaderSelection, TenantReader } from './tenant-warehouse.ts';
import type { BatchColumn, ColumnBatch } from './warehouse.ts';

/**
 * Rows of one tenant and of no other, in the order of their selection. Nominal, as a reader of one tenant is: only what a
 * tenant's reader gave, or what was cut out of rows that came ordered by tenant, can be one.
 */
export type TenantRows = RowsOfOneTenant;

class RowsOfOneTenant {
  readonly tenantId: TenantId;
  readonly #batches: AsyncIterable<ColumnBatch>;

  constructor(tenantId: TenantId, batches: AsyncIterable<ColumnBatch>) {
    this.tenantId = tenantId;
    this.#batches = batches;
  }

  batches(): AsyncIterable<ColumnBatch> {
    return this.#batches;
  }
}

/** The rows that one tenant's reader selects. */
export function rowsOfTenant(reader: TenantReader, selection: ReaderSelection): TenantRows {
  return new RowsOfOneTenant(reader.tenantId, reader.read(selection));
}

/**
 * The same selection over several tenants, one tenant after the other and each once. A statement for each tenant would
 * cost many times as much as its rows do, so this is one statement, cut where the tenant changes. A tenant without rows
 * does not come.
 */
export async function* rowsByTenant(
  reader: CrossTenantReader,
  { columns, orderBy = [], ...selection }: ReaderSelection,
): AsyncGenerator<TenantRows> {
  const batches = reader.read({
    ...selection,
    columns: [...new Set(['tenant_id', ...columns])],
    orderBy: ['tenant_id', ...orderBy],
  });
  let tenantId: string | null = null;
  let parts: ColumnBatch[] = [];
  const cut = () => new RowsOfOneTenant(tenantIdSchema.parse(tenantId), streamed(parts));
  for await (const batch of batches) {
    const column = batch.columns.get('tenant_id');
    if (column?.kind !== 'text') throw new TypeError('the rows have no tenant_id');
    const tenantIds = column.values;
    for (let start = 0; start < batch.rowCount; ) {
      const next = tenantIds[start]!;
      if (next !== tenantId && tenantId !== null) {
        yield cut();
        parts = [];
      }
      tenantId = next;
      let end = start + 1;
      while (end < batch.rowCount && tenantIds[end] === next) end++;
      parts.push(rowsBetween(batch, start, end));
      start = end;
    }
  }
  if (tenantId !== null) yield cut();
}

/** The order in which engines sort tenants: by the bytes of their ids. */
export function inTenantOrder(one: TenantId, other: TenantId): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** Walks such a stream beside others: tenants are asked for in their order, and those that nobody asks for are passed by. */
export class TenantCursor {
  readonly #stream: AsyncIterator<TenantRows>;
  #next: TenantRows | null | undefined;

  constructor(stream: AsyncIterable<TenantRows>) {
    this.#stream = stream[Symbol.asyncIterator]();
  }

  /** A tenant's rows, once; none where the stream has none of it. */
  async take(tenantId: TenantId): Promise<TenantRows> {
    for (;;) {
      if (this.#next === undefined) {
        const { value, done } = await this.#stream.next();
        this.#next = done === true ? null : value;
      }
      const order = this.#next === null ? 1 : inTenantOrder(this.#next.tenantId, tenantId);
      if (order > 0) return new RowsOfOneTenant(tenantId, streamed([]));
      const found = this.#next!;
      this.#next = undefined;
      if (order === 0) return found;
    }
  }

  /** Lets go of what the stream holds. */
  async close(): Promise<void> {
    await this.#stream.return?.();
  }
}

function rowsBetween(batch: ColumnBatch, start: number, end: number): ColumnBatch {
  const columns = new Map<string, BatchColumn>();
  for (const [name, column] of batch.columns)
    columns.set(
      name,
      column.kind === 'text'
        ? { ...column, values: column.values.slice(start, end) }
        : { ...column, values: column.values.subarray(start, end) },
    );
  return { rowCount: end - start, columns };
}

async function* streamed(batches: readonly ColumnBatch[]): AsyncGenerator<ColumnBatch> {
  yield* batches;
}
