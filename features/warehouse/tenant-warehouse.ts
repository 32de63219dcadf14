import type { TenantId } from '../contract/tenant-id.ts';
import { missingRelation } from './missing-relation.ts';
import type { ColumnBatch, KeyFilter, ReadableWarehouse, Relation, Selection } from './warehouse.ts';

const TENANT_COLUMN = 'tenant_id';

/** Why rows of several tenants are read together. It is named where that happens, so that a review finds it. */
export type CrossTenantPurpose =
  | 'training'
  | 'operator snapshot'
  | 'build report'
  | 'list of tenants'
  | 'batch scoring'
  | 'serving snapshot'
  | 'publishing'
  | 'rollback of a night'
  | 'monitoring'
  | 'alerts to all tenants'
  | 'words of features';

/**
 * A warehouse through which one tenant's rows can be read, and no others.
 * Nominal (private state, no exported constructor): code that takes one cannot be called with a whole
 * warehouse, nor without naming the tenant.
 *
 * @example tenantReader(warehouse, tenantId).read({ relation, columns: ['account_id'] })
 */
export type TenantReader = TenantWarehouse;

export function tenantReader(warehouse: ReadableWarehouse, tenantId: TenantId): TenantReader {
  return new TenantWarehouse(warehouse, tenantId);
}

/** A warehouse that is read across tenants, for the few jobs that must. */
export type CrossTenantReader = CrossTenantWarehouse;

export function acrossTenants(warehouse: ReadableWarehouse, purpose: CrossTenantPurpose): CrossTenantReader {
  return new CrossTenantWarehouse(warehouse, purpose);
}

/** A selection to which the reader adds the tenants. */
export type ReaderSelection = Omit<Selection, 'where'> & { readonly where?: readonly KeyFilter[] };

class TenantWarehouse {
  readonly tenantId: TenantId;
  readonly #warehouse: ReadableWarehouse;
  readonly #checked = new Set<string>();

  constructor(warehouse: ReadableWarehouse, tenantId: TenantId) {
    this.#warehouse = warehouse;
    this.tenantId = tenantId;
  }

  /** Rows of this tenant; a relation without a tenant_id column is refused. */
  async *read(selection: ReaderSelection): AsyncGenerator<ColumnBatch> {
    yield* this.#warehouse.read(await this.#narrowed(selection));
  }

  /** The same rows in one Parquet file. */
  async exportParquet(selection: ReaderSelection, file: string): Promise<{ readonly rowCount: number }> {
    return this.#warehouse.exportParquet(await this.#narrowed(selection), file);
  }

  async #narrowed(selection: ReaderSelection): Promise<Selection> {
    await this.#checkTenantColumn(selection.relation);
    const ownRows: KeyFilter = { column: TENANT_COLUMN, is: '=', value: this.tenantId };
    return { ...selection, where: [ownRows, ...(selection.where ?? [])] };
  }

  async #checkTenantColumn(relation: Relation): Promise<void> {
    const name = JSON.stringify([relation.schema, relation.name]);
    if (this.#checked.has(name)) return;
    const columns = await this.#warehouse.describe(relation);
    if (columns.length === 0) throw missingRelation(relation, 'there is no such table in the warehouse');
    if (!columns.some((column) => column.name === TENANT_COLUMN))
      throw missingRelation(
        relation,
        'it has no tenant_id column, so one tenant’s rows cannot be told from another’s',
      );
    this.#checked.add(name);
  }
}

class CrossTenantWarehouse {
  readonly purpose: CrossTenantPurpose;
  readonly #warehouse: ReadableWarehouse;

  constructor(warehouse: ReadableWarehouse, purpose: CrossTenantPurpose) {
    this.#warehouse = warehouse;
    this.purpose = purpose;
  }

  read(selection: ReaderSelection): AsyncIterable<ColumnBatch> {
    return this.#warehouse.read({ ...selection, where: selection.where ?? [] });
  }

  exportParquet(selection: ReaderSelection, file: string): Promise<{ readonly rowCount: number }> {
    return this.#warehouse.exportParquet({ ...selection, where: selection.where ?? [] }, file);
  }
}
