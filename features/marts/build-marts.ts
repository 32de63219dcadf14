import type { AsOfDate } from '../contract/as-of-date.ts';
import { readFeatureSettings } from '../settings/read-feature-settings.ts';
import {
  type EmbeddedWarehouse,
  type Relation,
  relationName,
  type Transformation,
} from '../warehouse/warehouse.ts';
import { type BuildReport, readBuildReport } from './build-report.ts';
import { buildSignature, builtRows, reasonToBuildAnew, recordBuild } from './last-build.ts';
import { type MartsManifest, readCompiledSql, readMartsManifest } from './marts-manifest.ts';
import { type RebuiltDates, readRebuiltDates } from './rebuilt-dates.ts';
import { BUILDABLE_DAYS, checkRequestedDays, requestDays } from './requested-days.ts';
import { RETIRED_MODELS } from './retired-models.ts';
import type { ColumnSettings } from './unroll-loops.ts';

/** One model, built. */
export interface BuiltMart {
  readonly relation: Relation;
  readonly as: 'table' | 'view' | 'incremental';
  readonly seconds: number;
}

export interface BuildMartsOptions {
  /** Days to build beside the regular grid, in this build and every later one. */
  readonly days?: readonly AsOfDate[];
  /** Builds everything anew, even where the last build could be built on. */
  readonly full?: boolean;
  /** Called before the first model: why everything is built anew, or null where only what changed is. */
  readonly onStart?: (anew: string | null) => void;
  /** Called after each model, in the order of building. */
  readonly onBuilt?: (mart: BuiltMart) => void;
  /** Called before the commit with the as-of dates that had features and were built again, if there are any. */
  readonly onRebuilt?: (dates: readonly RebuiltDates[]) => void;
  /** Called with what the build noticed, before it is committed. What it throws undoes the build. */
  readonly judge?: (report: BuildReport) => void;
}

/**
 * Builds the marts from the raw layer with the SQL that dbt compiled, in one transaction: after a failure, a refusal or
 * a crash the marts are as they were. Days and as-of dates that nothing has changed for since the last build are kept;
 * what comes out is what a full build would make. The tables of the raw layer and of the scores mart must exist; empty
 * ones make empty marts.
 *
 * @returns the models in the order of building
 * @throws BadInput for a day that no tenant can be built at
 * @example await buildMarts(warehouse, { onBuilt: ({ relation }) => progress(relation.name) })
 */
export async function buildMarts(
  warehouse: EmbeddedWarehouse,
  { days = [], full = false, onStart, onBuilt, onRebuilt, judge }: BuildMartsOptions = {},
): Promise<BuiltMart[]> {
  const settings = await readFeatureSettings(warehouse);
  const manifest = readMartsManifest(settings);
  const { models } = manifest;
  const signature = buildSignature(manifest, settings, warehouse.engineVersion);
  const anew = full ? 'as asked' : await reasonToBuildAnew(warehouse, manifest, signature);
  onStart?.(anew);
  await warehouse.ensureTable(builtRows);
  const built: BuiltMart[] = [];
  await warehouse.transform(transformationsOf(manifest, settings, anew === null), {
    dropped: RETIRED_MODELS,
    emptied: anew === null ? [] : [builtRows.relation],
    changes: [recordBuild(signature), ...(days.length > 0 ? [requestDays(days)] : [])],
    onBuilt: async ({ relation, seconds, read }) => {
      const mart = { relation, as: models[built.length]!.as, seconds };
      built.push(mart);
      onBuilt?.(mart);
      if (relationName(relation) === relationName(BUILDABLE_DAYS)) await checkRequestedDays({ read }, days);
      if (built.length < models.length) return;
      const rebuilt = await readRebuiltDates({ read });
      if (rebuilt.length > 0) onRebuilt?.(rebuilt);
      judge?.(await readBuildReport({ read }));
    },
  });
  return built;
}

function transformationsOf(
  { models }: MartsManifest,
  settings: ColumnSettings,
  isIncremental: boolean,
): Transformation[] {
  return models.map(({ schema, name, as, columns, slices, portions, unique_columns }) => ({
    relation: { schema, name },
    as: as === 'view' ? 'view' : 'table',
    sql: readCompiledSql(name, settings),
    contract: columns,
    slices:
      isIncremental && slices !== undefined
        ? { relation: relationOf(slices.relation), columns: slices.columns }
        : undefined,
    portions: portions && { relation: relationOf(portions.relation), column: portions.column },
    uniqueColumns: unique_columns,
  }));
}

function relationOf(dotted: string): Relation {
  const [schema, name] = dotted.split('.') as [string, string];
  return { schema, name };
}
