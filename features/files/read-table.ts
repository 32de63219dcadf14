import { BadInput } from '../contract/failure.ts';
import type { FeatureFrame } from '../contract/feature-frame.ts';
import type { FeatureSet } from '../contract/feature-set.ts';
import { closestName } from './closest-name.ts';
import { collectTableColumns } from './table-columns.ts';
import type { TableFile } from './table-file.ts';
import { openTableFile } from './table-file.ts';

export interface ReadTableOptions {
  /** CSV or Parquet, told by the name's end. */
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
 * @throws BadInput when a column is missing or holds something else than the model was trained on
 */
export async function readTable({ file, featureSet, id, asOf }: ReadTableOptions): Promise<ScorableTable> {
  const source = await openTableFile(file);
  try {
    const texts = id === undefined ? [] : [id];
    checkTableColumns(source, [...texts.map(named('--id')), ...(asOf ? [named('--as-of')(asOf)] : [])]);
    checkFeatures(source, featureSet);
    await source.inferTypes([...texts, ...categoryNames(featureSet)]);
    const read = await collectTableColumns(source, { features: featureSet.features, texts, asOf });
    const ids = id === undefined ? null : read.texts.get(id)!.map((value) => value ?? '');
    return { frame: read.frame, ids, asOfEpochDays: read.asOfEpochDays, notes: read.notes };
  } finally {
    await source.close();
  }
}

/** A category is compared with its levels by the letter: "007" is not 7. */
export function categoryNames(featureSet: FeatureSet): readonly string[] {
  return featureSet.features.filter(({ type }) => type === 'category').map(({ name }) => name);
}

export function checkFeatures(source: TableFile, featureSet: FeatureSet): void {
  const present = source.columns.map(({ name }) => name);
  const missing = featureSet.features.map(({ name }) => name).filter((name) => !present.includes(name));
  if (missing.length === 0) return;
  const closest = closestName(missing[0]!, present);
  throw new BadInput({
    where: source.file,
    what: `${missing.length === 1 ? 'column' : 'columns'} ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing that the model was trained on`,
    remedy: closest === undefined ? 'add them' : `is ${missing[0]} here named ${closest}? rename it`,
  });
}

interface NamedColumn {
  readonly option: string;
  readonly name: string;
}

export function named(option: string): (name: string) => NamedColumn {
  return (name) => ({ option, name });
}

/** Refuses an option that names a column which is not there. */
export function checkTableColumns(source: TableFile, wanted: readonly NamedColumn[]): void {
  const present = source.columns.map(({ name }) => name);
  for (const { option, name } of wanted) {
    if (present.includes(name)) continue;
    const closest = closestName(name, present);
    throw new BadInput({
      where: source.file,
      what: `there is no column ${name}`,
      remedy:
        closest === undefined
          ? `name one of ${present.join(', ')} with ${option}`
          : `did you mean ${option} ${closest}?`,
    });
  }
}
