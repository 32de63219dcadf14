import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { asOfDateSchema } from '../../features/contract/as-of-date.ts';
import { OperationFailed, reasonOf } from '../../features/contract/failure.ts';

/** One file: the rows of one day of one group of tenants. */
const partSchema = z.strictObject({
  as_of_date: asOfDateSchema,
  tenant_group: z.string().regex(/^[0-9a-f]$/),
  /** Fingerprint of the runs whose rows the file holds. */
  runs_hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** Relative to the folder. */
  file: z.string().min(1),
  row_count: z.int().min(0),
});

export type PublishedPart = z.infer<typeof partSchema>;

/**
 * A published night: which immutable Parquet files hold the scores that services show. The folder holds
 *
 *     current.json          names the night that is served; replaced by rename
 *     nights/<night>.json   one manifest per published night
 *     files/<night>/        the files that this night wrote; later nights refer to those that still hold
 */
export const publishedNightSchema = z.strictObject({
  /** Its place in the order of publishing, and the run it was written by. */
  night: z.string().regex(/^\d{8}T\d{9}Z-[\w-]+$/),
  published_at: z.iso.datetime(),
  /** Fingerprint of the tables' columns: a program with other columns does not read this night. */
  columns_hash: z.string().regex(/^[0-9a-f]{64}$/),
  scores: z.array(partSchema),
  /** What the accounts of each tenant's current run did in a year; empty in a night of an earlier version. */
  activity: z.array(partSchema).default([]),
  score_runs: z.string().min(1),
  /** What the codes of the drivers mean; null where a night wrote none yet. */
  feature_words: z.string().min(1).nullable().default(null),
  /** What people call the kinds of activity; null where the marts do not say. */
  activity_kinds: z.string().min(1).nullable().default(null),
  /** The newest figures of `churn monitor` about each tenant; null where nothing was monitored. */
  monitoring: z.string().min(1).nullable().default(null),
  /** Null where the marts have no profiles. */
  account_profiles: z.string().min(1).nullable(),
  /** Null where the marts have none, and in a night of an earlier version. */
  tenant_profiles: z.string().min(1).nullable().default(null),
});

export type PublishedNight = z.infer<typeof publishedNightSchema>;

const pointerSchema = z.strictObject({ night: publishedNightSchema.shape.night });

export function pointerFile(folder: string): string {
  return join(folder, 'current.json');
}

export function manifestFile(folder: string, night: string): string {
  return join(folder, 'nights', `${night}.json`);
}

/** The night that is served; null before the first was published. */
export function readPublishedNight(folder: string): PublishedNight | null {
  const pointer = pointerFile(folder);
  if (!existsSync(pointer)) return null;
  return readManifest(folder, parsed(pointer, pointerSchema).night);
}

export function readManifest(folder: string, night: string): PublishedNight {
  return parsed(manifestFile(folder, night), publishedNightSchema);
}

function parsed<Schema extends z.ZodType>(file: string, schema: Schema): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new OperationFailed({
      where: file,
      what: `the published night cannot be read (${reasonOf(cause)})`,
      remedy: 'publish it again with `churn score`',
      cause,
    });
  }
}
