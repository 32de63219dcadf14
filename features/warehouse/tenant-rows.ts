import { type TenantId, tenantIdSchema } from '../contract/tenant-id.ts';
import type { CrossTenantReader, ReaderSelection, TenantReader } from './tenant-warehouse.ts';
import type { BatchColumn, Batches, ColumnBatch, KeyFilter } from './warehouse.ts';

/**
 * Rows of one tenant and of no other, in the order of their selection. Nominal, as a reader of one tenant is: only what a
 * tenant's reader gave, or what was cut out of rows that came ordered by tenant, can be one.
 */
export type TenantRows = RowsOfOneTenant;

class RowsOfOneTenant {
  readonly tenantId: TenantId;
  readonly #batches: Batches;

  constructor(tenantId: TenantId, batches: Batches) {
    this.tenantId = tenantId;
    this.#batches = batches;
  }

  batches(): Batches {
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
  const cut = () => new RowsOfOneTenant(tenantIdSchema.parse(tenantId), parts);
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
      if (order > 0) return new RowsOfOneTenant(tenantId, []);
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

/** Tenants are named in a statement up to so many; beyond, those that nobody asked for are read and passed by. */
const TENANTS_NAMED = 1_000;

/** Several selections over the same tenants, with a statement each however many tenants there are. */
export class TenantWalk {
  /** In the order in which cursors have to be asked. */
  readonly tenantIds: readonly TenantId[];
  readonly #reader: CrossTenantReader;
  readonly #cursors: TenantCursor[] = [];

  constructor(reader: CrossTenantReader, tenantIds: Iterable<TenantId>) {
    this.#reader = reader;
    this.tenantIds = [...tenantIds].sort(inTenantOrder);
  }

  /** A further selection, of these tenants, to be walked beside the others. */
  along(selection: ReaderSelection, where: readonly KeyFilter[] = []): TenantCursor {
    const { tenantIds } = this;
    const named: readonly KeyFilter[] =
      tenantIds.length > TENANTS_NAMED ? [] : [{ column: 'tenant_id', is: 'in', value: tenantIds }];
    const all = [...named, ...(selection.where ?? []), ...where];
    const cursor = new TenantCursor(rowsByTenant(this.#reader, { ...selection, where: all }));
    this.#cursors.push(cursor);
    return cursor;
  }

  async close(): Promise<void> {
    for (const cursor of this.#cursors) await cursor.close();
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
