import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { featureSetSchema } from '../contract/feature-set.ts';

/** Written by features/dbt/compile.py from dbt's own manifest. Both are committed. */
const marts = new URL('../dbt/compiled/', import.meta.url);

const compiledModelSchema = z.object({
  schema: z.string().min(1),
  name: z.string().regex(/^\w+$/),
  /** An incremental table is replaced slice by slice where there is a last build to build on. */
  as: z.enum(['table', 'view', 'incremental']),
  /** Of an incremental table: which model lists the slices, and the columns that tell them apart. */
  slices: z
    .object({ relation: z.string().regex(/^\w+\.\w+$/), columns: z.array(z.string()).min(1) })
    .optional(),
  /** Each of these columns has no value twice. */
  unique_columns: z.array(z.string()).optional(),
  /** `schema.table` of everything it reads. */
  depends_on: z.array(z.string()),
  /** Columns of the contract; empty for models without one. */
  columns: z.array(z.object({ name: z.string(), type: z.string() })),
});

const martsManifestSchema = z.object({
  dbt_version: z.string(),
  /** In dependency order: each model comes after everything it reads. */
  models: z.array(compiledModelSchema).min(1),
  feature_set_hash: z.string().regex(/^[0-9a-f]{64}$/),
  feature_set: featureSetSchema,
});

export type MartsManifest = z.infer<typeof martsManifestSchema>;

/** What dbt says of the compiled models. It is shipped with the program, so a broken one is a defect. */
export function readMartsManifest(): MartsManifest {
  return martsManifestSchema.parse(JSON.parse(readFileSync(new URL('manifest.json', marts), 'utf8')));
}

/** The SELECT that dbt compiled for a model. */
export function readCompiledSql(modelName: string): string {
  return readFileSync(new URL(`${modelName}.sql`, marts), 'utf8');
}
