import { erasures, RAW_TABLES } from '../ingest/raw-tables.ts';
import { readMartsManifest } from '../marts/marts-manifest.ts';
import { defaultSettings } from '../settings/default-settings.ts';
import { tenantReader } from '../warehouse/tenant-warehouse.ts';
import { type Relation, type RowOwner, relationName, type Warehouse } from '../warehouse/warehouse.ts';

/** Which tables hold rows that say they are an owner's, and how many. */
export interface OwnedTables {
  readonly tables: readonly { readonly relation: Relation; readonly rows: number }[];
  /** Raw tables whose rows do not say whose they are, such as records of a Kafka landing. */
  readonly unreadable: readonly Relation[];
}

/** Tables that other rooms fill, beside the raw layer and the marts, are given as `more`. */
export async function ownedTables(
  warehouse: Warehouse,
  owner: RowOwner,
  more: readonly Relation[],
): Promise<OwnedTables> {
  const raw = RAW_TABLES.filter((table) => table !== erasures);
  const built = readMartsManifest(defaultSettings()).models.filter(({ as }) => as !== 'view');
  const tables: { relation: Relation; rows: number }[] = [];
  for (const relation of [
    ...raw.map((table) => table.relation),
    ...built.map(({ schema, name }) => ({ schema, name })),
    ...more,
  ]) {
    const columns = (await warehouse.describe(relation)).map(({ name }) => name);
    const isOwned =
      columns.includes('tenant_id') && (owner.accountId === null || columns.includes('account_id'));
    if (isOwned) tables.push({ relation, rows: await countRows(warehouse, relation, owner) });
  }
  const unreadable: Relation[] = [];
  for (const { relation, columns } of raw) {
    const found = (await warehouse.describe(relation)).map(({ name }) => name);
    const ought = columns.some(({ name }) => name === 'account_id');
    if (ought && found.length > 0 && !found.includes('account_id')) unreadable.push(relation);
  }
  return { tables, unreadable };
}

/**
 * Tables whose rows are a tenant's and may name one of its accounts in a text: rows set aside by an import, and what builds
 * noticed. One that does loses all rows of the tenant, since a part of a text cannot be told from the rest.
 */
export async function tablesNaming(
  warehouse: Warehouse,
  { tenantId, accountId }: RowOwner,
  candidates: readonly { readonly relation: Relation; readonly column: string }[],
): Promise<OwnedTables['tables']> {
  if (accountId === null) return [];
  const escaped = accountId.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  const named = new RegExp(`(?<![\\p{L}\\p{N}_-])${escaped}(?![\\p{L}\\p{N}_-])`, 'u');
  const tables: { relation: Relation; rows: number }[] = [];
  for (const { relation, column } of candidates) {
    if ((await warehouse.describe(relation)).length === 0) continue;
    let rows = 0;
    let isNamed = false;
    for await (const batch of tenantReader(warehouse, tenantId).read({ relation, columns: [column] })) {
      rows += batch.rowCount;
      isNamed ||= batch.columns.get(column)!.values.some((text) => text !== null && named.test(String(text)));
    }
    if (isNamed) tables.push({ relation, rows });
  }
  return tables;
}

/** @example rowsByTable([{ relation: { schema: 'raw', name: 'accounts' }, rows: 2 }]) // { 'raw.accounts': 2 } */
export function rowsByTable(tables: OwnedTables['tables']): Readonly<Record<string, number>> {
  return Object.fromEntries(
    tables.filter(({ rows }) => rows > 0).map(({ relation, rows }) => [relationName(relation), rows]),
  );
}

async function countRows(warehouse: Warehouse, relation: Relation, owner: RowOwner): Promise<number> {
  let rows = 0;
  const selection = {
    relation,
    columns: ['tenant_id'],
    where:
      owner.accountId === null ? [] : [{ column: 'account_id', is: '=' as const, value: owner.accountId }],
  };
  for await (const { rowCount } of tenantReader(warehouse, owner.tenantId).read(selection)) rows += rowCount;
  return rows;
}
