import type { FeatureFrame } from '../contract/feature-frame.ts';
import type { FeatureSet } from '../contract/feature-set.ts';
import { categoryNames, checkFeatures, checkNamedColumns, named } from './check-table-columns.ts';
import { collectTableColumns } from './collect-table-columns.ts';
import { openTableFile } from './table-file.ts';

export interface ReadTableOptions {
  /** CSV or Parquet, by the file name's extension. */
  readonly file: string;
  /** What the model was trained on. */
  readonly featureSet: FeatureSet;
  readonly id?: string;
  /** Column of as-of dates; needed when the feature set knows a column of times as days before it. */
  readonly asOf?: string;
}

export interface ScorableTable {
  readonly frame: FeatureFrame;
  /** The id column as it is written, or null when none was named; an empty id is ''. */
  readonly ids: readonly string[] | null;
  /** Days since 1970-01-01, or null without an as-of column. */
  readonly asOfEpochDays: Int32Array | null;
  /** What was taken as missing and why, for the person who gave the table. */
  readonly notes: readonly string[];
}

/**
 * Reads the columns of a feature set from any table, for scoring.
 *
 * @throws BadInput when a column is missing, or holds something other than the model was trained on
 */
export async function readTable({ file, featureSet, id, asOf }: ReadTableOptions): Promise<ScorableTable> {
  const source = await openTableFile(file);
  try {
    const texts = id === undefined ? [] : [id];
    checkNamedColumns(source, [...texts.map(named('--id')), ...(asOf ? [named('--as-of')(asOf)] : [])]);
    checkFeatures(source, featureSet);
    await source.inferTypes([...texts, ...categoryNames(featureSet)]);
    const read = await collectTableColumns(source, { features: featureSet.features, texts, asOf });
    const ids = id === undefined ? null : read.texts.get(id)!.map((value) => value ?? '');
    return { frame: read.frame, ids, asOfEpochDays: read.asOfEpochDays, notes: read.notes };
  } finally {
    await source.close();
  }
}
