import type { EmbeddedWarehouse, Relation } from '../warehouse/warehouse.ts';
import { readCompiledSql, readMartsManifest } from './marts-manifest.ts';

/** One model, built. */
export interface BuiltMart {
  readonly relation: Relation;
  readonly as: 'table' | 'view';
  readonly seconds: number;
}

export interface BuildMartsOptions {
  /** Called after each model, in the order of building. */
  readonly onBuilt?: (mart: BuiltMart) => void;
}

/**
 * Builds every mart from the raw layer with the SQL that dbt compiled, in one transaction: after a failure or
 * a crash the marts are as they were. The tables of the raw layer and of the scores mart must exist; empty
 * ones make empty marts.
 *
 * @returns the models in the order of building
 * @example await buildMarts(warehouse, { onBuilt: ({ relation }) => progress(relation.name) })
 */
export async function buildMarts(
  warehouse: EmbeddedWarehouse,
  { onBuilt }: BuildMartsOptions = {},
): Promise<BuiltMart[]> {
  const { models } = readMartsManifest();
  const built: BuiltMart[] = [];
  await warehouse.transform(
    models.map(({ schema, name, as }) => ({ relation: { schema, name }, as, sql: readCompiledSql(name) })),
    (relation, seconds) => {
      const mart = { relation, as: models[built.length]!.as, seconds };
      built.push(mart);
      onBuilt?.(mart);
    },
  );
  return built;
}
