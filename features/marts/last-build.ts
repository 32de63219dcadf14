import { createHash } from 'node:crypto';
import type { FeatureSettings } from '../settings/feature-settings.ts';
import { columnBatchOfRows } from '../warehouse/column-batch-of-rows.ts';
import { rowSource } from '../warehouse/row-source.ts';
import {
  type EmbeddedWarehouse,
  relationName,
  type TableChange,
  type TableDefinition,
} from '../warehouse/warehouse.ts';
import { type MartsManifest, readCompiledSql } from './marts-manifest.ts';

/** What the last build read, as dbt's int_built_rows leaves it. Empty: there is no build to build on. */
export const builtRows: TableDefinition = {
  relation: { schema: 'intermediate', name: 'int_built_rows' },
  keyColumns: [],
  columns: [
    { name: 'source', type: 'text', nullable: true },
    { name: 'tenant_id', type: 'text', nullable: true },
    { name: 'activity_date', type: 'date', nullable: true },
    { name: 'known_date', type: 'date', nullable: true },
    { name: 'row_count', type: 'integer', nullable: true },
    { name: 'row_digest', type: 'integer', nullable: true },
  ],
};

/** One row: by which transformations the marts were built. */
const lastBuild: TableDefinition = {
  relation: { schema: 'intermediate', name: 'last_build' },
  keyColumns: ['build'],
  columns: [
    { name: 'build', type: 'text', nullable: false },
    { name: 'signature', type: 'text', nullable: false },
  ],
};

/** Stands for the transformations and the engine that runs them: what it is the same for, gives the same rows. */
export function buildSignature(
  manifest: MartsManifest,
  settings: FeatureSettings,
  engineVersion: string,
): string {
  const { grid_start, grid_step_days } = settings;
  const hash = createHash('sha256').update(
    JSON.stringify([engineVersion, manifest, grid_start, grid_step_days]),
  );
  for (const { name } of manifest.models) hash.update(`\n${name}\n${readCompiledSql(name, settings)}`);
  return hash.digest('hex');
}

/** Why everything has to be built anew; null where the last build can be built on. */
export async function reasonToBuildAnew(
  warehouse: EmbeddedWarehouse,
  { models }: MartsManifest,
  signature: string,
): Promise<string | null> {
  if ((await warehouse.describe(lastBuild.relation)).length === 0) return 'nothing was built before';
  let last: unknown;
  for await (const { columns } of warehouse.read({
    relation: lastBuild.relation,
    columns: ['signature'],
    where: [],
  }))
    last = columns.get('signature')!.values[0];
  if (last !== signature) return 'the transformations or the engine are not those of the last build';
  for (const { schema, name, as } of models)
    if (as === 'incremental' && (await warehouse.describe({ schema, name })).length === 0)
      return `${relationName({ schema, name })} is missing`;
  return null;
}

export function recordBuild(signature: string): TableChange {
  const row = columnBatchOfRows(lastBuild.columns, [{ build: 'last', signature }]);
  return { mode: 'merge', table: lastBuild, rows: rowSource(row) };
}
