import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { asOfDateSchema } from '../contract/as-of-date.ts';
import { BadInput } from '../contract/failure.ts';
import { undatedFeatureSchema } from './undated-features.ts';

export const MANIFEST_FILE = 'manifest.json';

/** What the columns of the features mean. */
export const FEATURE_SET_FILE = 'feature-set.json';

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

/** Whose accounts a snapshot holds. */
export const snapshotScopeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('operator') }),
  z.object({ kind: z.literal('tenants') }),
  z.object({ kind: z.literal('tenant'), tenantId: z.string().min(1) }),
]);

export type SnapshotScope = z.infer<typeof snapshotScopeSchema>;

const snapshotFileSchema = z.object({
  file: z.string().regex(/^[a-z_]+\.parquet$/),
  row_count: z.int().nonnegative(),
  sha256: sha256Schema,
});

const snapshotManifestSchema = z.object({
  id: z.string().min(1),
  scope: snapshotScopeSchema,
  feature_set: z.object({ name: z.string(), version: z.int(), hash: sha256Schema }),
  first_as_of_date: asOfDateSchema,
  last_as_of_date: asOfDateSchema,
  features: snapshotFileSchema,
  labels: snapshotFileSchema,
  /** Over scope, feature set, both files and what training leaves out: equal hash, equal training data. */
  content_hash: sha256Schema,
  created_at: z.iso.datetime(),
  /** Features that are not point-in-time in all rows. */
  not_point_in_time: z.array(undatedFeatureSchema).optional(),
  /** An account in it was erased, and the files with it. */
  erased: z.object({ erasure_id: z.string(), erased_at: z.iso.datetime() }).optional(),
});

export type SnapshotManifest = z.infer<typeof snapshotManifestSchema>;

export function snapshotContentHash(
  parts: Pick<SnapshotManifest, 'scope' | 'feature_set' | 'features' | 'labels' | 'not_point_in_time'>,
): string {
  const { scope, feature_set, features, labels, not_point_in_time = [] } = parts;
  const tenantId = scope.kind === 'tenant' ? scope.tenantId : null;
  const leftOut = not_point_in_time.filter(({ is_left_out }) => is_left_out).map(({ feature }) => feature);
  const files = [features.sha256, labels.sha256];
  const canonical = [
    scope.kind,
    tenantId,
    feature_set.hash,
    ...files,
    ...(leftOut.length > 0 ? [leftOut] : []),
  ];
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex');
}

/** @throws BadInput when the directory holds no snapshot, or a damaged manifest */
export function readSnapshotManifest(directory: string): SnapshotManifest {
  const refuse = (what: string, cause: unknown): BadInput =>
    new BadInput({
      where: join(directory, MANIFEST_FILE),
      what,
      remedy: 'give the directory that `churn features extract` printed',
      cause,
    });
  let text: string;
  try {
    text = readFileSync(join(directory, MANIFEST_FILE), 'utf8');
  } catch (error) {
    throw refuse('there is no snapshot here', error);
  }
  try {
    return snapshotManifestSchema.parse(JSON.parse(text));
  } catch (error) {
    throw refuse('this is not the manifest of a snapshot', error);
  }
}
