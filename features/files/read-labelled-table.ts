import { BadInput } from '../contract/failure.ts';
import type { FeatureFrame, LabelledFrame } from '../contract/feature-frame.ts';
import { takeRows } from '../contract/feature-frame.ts';
import type { FeatureDefinition, FeatureSet } from '../contract/feature-set.ts';
import { accountGroups } from './account-groups.ts';
import { categoryNames, checkFeatures, checkNamedColumns, named } from './check-table-columns.ts';
import { collectTableColumns } from './collect-table-columns.ts';
import { inferFeatures } from './infer-features.ts';
import { readChurnLabels, rowsWithLabel } from './read-churn-labels.ts';
import { openTableFile } from './table-file.ts';
import { withoutUselessColumns } from './without-useless-columns.ts';

export interface ReadLabelledTableOptions {
  /** CSV or Parquet, by the file name's extension. */
  readonly file: string;
  /** Column that says who churned: 0/1, true/false, yes/no, churned/retained, … */
  readonly label: string;
  /** Column that says whose row it is; rows of one id are kept together by splits and intervals. */
  readonly id?: string;
  /** Column of as-of dates. */
  readonly asOf?: string;
  readonly ignore?: readonly string[];
  /** Given for evaluation; without it every other column of the table becomes a feature. */
  readonly featureSet?: FeatureSet;
}

export interface LabelledTable {
  readonly labelled: LabelledFrame;
  readonly featureSet: FeatureSet;
  /** The id column as it is written, or null when none was named. */
  readonly ids: readonly string[] | null;
  /** What was left out and why, for the person who gave the table. */
  readonly notes: readonly string[];
}

/**
 * Reads any table with a churn label. Numbers, booleans and times that are stored as text are recognised;
 * times become days before the as-of date; constant and empty columns stay.
 *
 * @throws BadInput when the label cannot be understood or has one class only
 */
export async function readLabelledTable(options: ReadLabelledTableOptions): Promise<LabelledTable> {
  const { file, label, id, asOf, ignore = [] } = options;
  const source = await openTableFile(file);
  try {
    checkNamedColumns(source, [
      named('--label')(label),
      ...(id === undefined ? [] : [named('--id')(id)]),
      ...(asOf === undefined ? [] : [named('--as-of')(asOf)]),
      ...ignore.map(named('--ignore')),
    ]);
    if (options.featureSet) checkFeatures(source, options.featureSet);
    const texts = [label, ...(id === undefined ? [] : [id])];
    await source.inferTypes([...texts, ...(options.featureSet ? categoryNames(options.featureSet) : [])]);
    const notes: string[] = [];
    const features =
      options.featureSet?.features ??
      inferFeatures(
        source,
        new Set([...texts, ...ignore, ...(asOf === undefined ? [] : [asOf])]),
        asOf,
        notes,
      );
    const read = await collectTableColumns(source, { features, texts, asOf });
    notes.push(...read.notes);
    const labels = readChurnLabels(read.texts.get(label)!, label, file);
    const kept = rowsWithLabel(labels, label, notes);
    const idValues = id === undefined ? null : read.texts.get(id)!.map((value) => value ?? '');
    const whole = options.featureSet ? read.frame : withoutUselessColumns(read.frame, notes);
    const ids = idValues === null ? null : Array.from(kept, (row) => idValues[row]!);
    return {
      labelled: {
        frame: takeRows(whole, kept),
        targets: [label],
        labels: [Float64Array.from(kept, (row) => labels[row]!)],
        groups: accountGroups(ids, kept.length, id, notes),
        asOfEpochDays: read.asOfEpochDays && Int32Array.from(kept, (row) => read.asOfEpochDays![row]!),
        tenantIds: null,
      },
      featureSet: options.featureSet ?? featureSetOf(features, whole, file),
      ids,
      notes,
    };
  } finally {
    await source.close();
  }
}

function featureSetOf(features: readonly FeatureDefinition[], frame: FeatureFrame, file: string): FeatureSet {
  const kept = features.filter(({ name }) => frame.columns.has(name));
  if (kept.length === 0)
    throw new BadInput({
      where: file,
      what: 'no column is left to learn from',
      remedy: 'give a table with more columns than the label, the id and what is ignored',
    });
  return { name: 'table', version: 1, features: kept };
}
