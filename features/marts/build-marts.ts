import type { AsOfDate } from '../contract/as-of-date.ts';
import { type EmbeddedWarehouse, type Relation, relationName } from '../warehouse/warehouse.ts';
import { type BuildReport, readBuildReport } from './build-report.ts';
import { readCompiledSql, readMartsManifest } from './marts-manifest.ts';
import { BUILDABLE_DAYS, checkRequestedDays, requestDays } from './requested-days.ts';

/** One model, built. */
export interface BuiltMart {
  readonly relation: Relation;
  readonly as: 'table' | 'view';
  readonly seconds: number;
}

export interface BuildMartsOptions {
  /** Days to build beside the regular grid, in this build and every later one. */
  readonly days?: readonly AsOfDate[];
  /** Called after each model, in the order of building. */
  readonly onBuilt?: (mart: BuiltMart) => void;
  /** Called with what the build noticed, before it is committed. What it throws undoes the build. */
  readonly judge?: (report: BuildReport) => void;
}

/**
 * Builds every mart from the raw layer with the SQL that dbt compiled, in one transaction: after a failure, a refusal or
 * a crash the marts are as they were. The tables of the raw layer and of the scores mart must exist; empty
 * ones make empty marts.
 *
 * @returns the models in the order of building
 * @throws BadInput for a day that no tenant can be built at
 * @example await buildMarts(warehouse, { onBuilt: ({ relation }) => progress(relation.name) })
 */
export async function buildMarts(
  warehouse: EmbeddedWarehouse,
  { days = [], onBuilt, judge }: BuildMartsOptions = {},
): Promise<BuiltMart[]> {
  const { models } = readMartsManifest();
  const built: BuiltMart[] = [];
  await warehouse.transform(
    models.map(({ schema, name, as }) => ({ relation: { schema, name }, as, sql: readCompiledSql(name) })),
    {
      changes: days.length > 0 ? [requestDays(days)] : [],
      onBuilt: async ({ relation, seconds, read }) => {
        const mart = { relation, as: models[built.length]!.as, seconds };
        built.push(mart);
        onBuilt?.(mart);
        if (relationName(relation) === relationName(BUILDABLE_DAYS)) await checkRequestedDays({ read }, days);
        if (built.length === models.length) judge?.(await readBuildReport({ read }));
      },
    },
  );
  return built;
}
