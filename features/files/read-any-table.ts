import type { FeatureFrame } from '../contract/feature-frame.ts';
import type { FeatureSet } from '../contract/feature-set.ts';
import { collectTableColumns } from './collect-table-columns.ts';
import { inferFeatures } from './infer-features.ts';
import { openTableFile } from './table-file.ts';

export interface AnyTable {
  readonly frame: FeatureFrame;
  /** Every column that can be read as a feature. Only their names are known. */
  readonly featureSet: FeatureSet;
  /** What was left out or not read as it is written, and why. */
  readonly notes: readonly string[];
}

/**
 * Reads every column of a table, to look at it. No label, id or as-of date need be named. Types are recognised as in
 * training, and times are left out.
 *
 * @throws BadInput when the file is absent, empty or unreadable
 */
export async function readAnyTable(file: string): Promise<AnyTable> {
  const source = await openTableFile(file);
  try {
    await source.inferTypes([]);
    const notes: string[] = [];
    const features = inferFeatures(source, new Set(), undefined, notes);
    const read = await collectTableColumns(source, { features, texts: [], asOf: undefined });
    const featureSet = { name: 'table', version: 1, features: [...features] };
    return { frame: read.frame, featureSet, notes: [...notes, ...read.notes] };
  } finally {
    await source.close();
  }
}
