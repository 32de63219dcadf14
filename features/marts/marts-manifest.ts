import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type DeclaredFeatures, declaredFeaturesSchema } from './declared-features.ts';
import { type ColumnSettings, unrollLoops } from './unroll-loops.ts';

/** Written by features/dbt/compile.py from dbt's own manifest. Both are committed. */
const marts = new URL('../dbt/compiled/', import.meta.url);

const columnSchema = z.object({ name: z.string(), type: z.string() });

type MartColumn = z.infer<typeof columnSchema>;

/** Columns that are there for each kind or window; their names hold {kind} and {window}. */
const columnLoopSchema = z.object({
  each: z.enum(['kind', 'window']),
  get columns() {
    return z.array(z.union([columnSchema, columnLoopSchema]));
  },
});

type ColumnLoop = z.infer<typeof columnLoopSchema>;

const compiledModelSchema = z.object({
  schema: z.string().min(1),
  name: z.string().regex(/^\w+$/),
  /** An incremental table is replaced slice by slice where there is a last build to build on. */
  as: z.enum(['table', 'view', 'incremental']),
  /** Of an incremental table: which model lists the slices, and the columns that tell them apart. */
  slices: z
    .object({ relation: z.string().regex(/^\w+\.\w+$/), columns: z.array(z.string()).min(1) })
    .optional(),
  /** Of a large table: by ranges of which column it may be built, and whose rows are counted to make them. */
  portions: z.object({ relation: z.string().regex(/^\w+\.\w+$/), column: z.string() }).optional(),
  /** Each of these columns has no value twice. */
  unique_columns: z.array(z.string()).optional(),
  /** `schema.table` of everything it reads. */
  depends_on: z.array(z.string()),
  columns: z.array(z.union([columnSchema, columnLoopSchema])),
});

const martsManifestSchema = z.object({
  dbt_version: z.string(),
  models: z.array(compiledModelSchema).min(1),
  feature_set: declaredFeaturesSchema,
});

export interface CompiledModel extends Omit<z.infer<typeof compiledModelSchema>, 'columns'> {
  /** Columns of the contract; empty for models without one. */
  readonly columns: readonly MartColumn[];
}

export interface MartsManifest {
  readonly dbt_version: string;
  /** In dependency order: each model comes after everything it reads. */
  readonly models: readonly CompiledModel[];
  readonly feature_set: DeclaredFeatures;
}

/**
 * What dbt says of the compiled models, under a platform's kinds and windows. It is shipped with the program, so a
 * broken one is a defect.
 */
export function readMartsManifest(settings: ColumnSettings): MartsManifest {
  const manifest = martsManifestSchema.parse(
    JSON.parse(readFileSync(new URL('manifest.json', marts), 'utf8')),
  );
  return {
    ...manifest,
    models: manifest.models.map((model) => ({
      ...model,
      columns: model.columns.flatMap((column) => unrollColumns(column, settings)),
    })),
  };
}

/** The SELECT of a model, as dbt compiles it for a platform's kinds and windows. */
export function readCompiledSql(modelName: string, settings: ColumnSettings): string {
  return unrollLoops(readFileSync(new URL(`${modelName}.sql`, marts), 'utf8'), settings);
}

function unrollColumns(column: MartColumn | ColumnLoop, settings: ColumnSettings): MartColumn[] {
  if (!('each' in column)) return [column];
  const rounds =
    column.each === 'kind'
      ? settings.activity_kinds.map(({ activity_kind }) => activity_kind)
      : settings.window_days.map(String);
  return rounds.flatMap((word) =>
    column.columns
      .flatMap((inner) => unrollColumns(inner, settings))
      .map(({ name, type }) => ({ name: name.replace(`{${column.each}}`, word), type })),
  );
}
