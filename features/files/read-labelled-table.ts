import { BadInput } from '../contract/failure.ts';
import type { CategoryColumn, FeatureFrame, LabelledFrame } from '../contract/feature-frame.ts';
import { takeRows } from '../contract/feature-frame.ts';
import type { FeatureDefinition, FeatureSet } from '../contract/feature-set.ts';
import { parseChurnLabel } from './churn-label.ts';
import { isMissingMarker } from './infer-column-types.ts';
import { categoryNames, checkFeatures, checkTableColumns, named } from './read-table.ts';
import { collectTableColumns } from './table-columns.ts';
import type { TableFile } from './table-file.ts';
import { openTableFile } from './table-file.ts';

/** Below this, all values of a column may well differ by chance. */
const FEWEST_ROWS_FOR_AN_IDENTIFIER = 50;

export interface ReadLabelledTableOptions {
  /** CSV or Parquet, told by the name's end. */
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
    checkTableColumns(source, [
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
    const labels = parseLabels(read.texts.get(label)!, label, file);
    const kept = labelledRows(labels, label, notes);
    const idValues = id === undefined ? null : read.texts.get(id)!.map((value) => value ?? '');
    const whole = options.featureSet ? read.frame : withoutWhatSaysNothing(read.frame, notes);
    const ids = idValues === null ? null : Array.from(kept, (row) => idValues[row]!);
    return {
      labelled: {
        frame: takeRows(whole, kept),
        targets: [label],
        labels: [Float64Array.from(kept, (row) => labels[row]!)],
        groups: groupsOf(ids, kept.length, id, notes),
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

/** The columns that can be features, and a note for each that cannot. */
export function inferFeatures(
  source: TableFile,
  taken: ReadonlySet<string>,
  asOf: string | undefined,
  notes: string[],
): readonly FeatureDefinition[] {
  const features: FeatureDefinition[] = [];
  for (const { name, type } of source.columns) {
    if (taken.has(name)) continue;
    const isTime = type === 'date' || type === 'timestamp';
    if (isTime && asOf === undefined) {
      notes.push(`${name} is left out: a time says nothing without --as-of`);
      continue;
    }
    features.push({
      name,
      type: type === 'boolean' ? 'boolean' : type === 'text' || type === 'json' ? 'category' : 'number',
      label: isTime ? `days since ${inWords(name)}` : inWords(name),
      unit: isTime ? 'days' : '',
      risk_when: 'either',
      play: '',
    });
  }
  return features;
}

/** @example inWords('TotalCharges') // 'total charges' */
function inWords(name: string): string {
  const words = name
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replaceAll(/[_.\s]+/g, ' ')
    .trim();
  return words.toLowerCase() || name;
}

function parseLabels(texts: readonly (string | null)[], label: string, file: string): Float64Array {
  const known = new Map<string, number>();
  const labels = new Float64Array(texts.length);
  for (const [row, text] of texts.entries()) {
    if (text === null || isMissingMarker(text)) {
      labels[row] = Number.NaN;
      continue;
    }
    let value = known.get(text);
    if (value === undefined) {
      value = parseChurnLabel(text);
      if (value === undefined)
        throw new BadInput({
          where: file,
          what: `label ${label} is "${text}" in row ${row + 1}, which does not say whether the account churned`,
          remedy: 'write 1 or yes for churned and 0 or no for retained, or name another column with --label',
        });
      known.set(text, value);
    }
    labels[row] = value;
  }
  if (!labels.includes(0) || !labels.includes(1))
    throw new BadInput({
      where: file,
      what: labels.includes(1)
        ? `by label ${label} every account churned`
        : labels.includes(0)
          ? `by label ${label} no account churned`
          : `label ${label} is empty in every row`,
      remedy: 'give a table with both churned and retained accounts',
    });
  return labels;
}

function labelledRows(labels: Float64Array, label: string, notes: string[]): Int32Array {
  const rows: number[] = [];
  for (const [row, value] of labels.entries()) if (!Number.isNaN(value)) rows.push(row);
  const left = labels.length - rows.length;
  if (left > 0) notes.push(`${left} rows are left out: they have no ${label}`);
  return Int32Array.from(rows);
}

/** What is different in every row identifies it, and can say nothing about another; nor can a date nobody can read. */
function withoutWhatSaysNothing(frame: FeatureFrame, notes: string[]): FeatureFrame {
  if (frame.rowCount < FEWEST_ROWS_FOR_AN_IDENTIFIER) return frame;
  const columns = new Map(frame.columns);
  for (const [name, column] of frame.columns) {
    if (column.kind === 'category' && column.levels.length > 0 && column.levels.every(isDateOfUnknownOrder)) {
      columns.delete(name);
      notes.push(`${name} is left out: "${column.levels[0]}" is no date that is read here; write YYYY-MM-DD`);
      continue;
    }
    const reason =
      column.kind === 'number'
        ? numberIdentifies(name, column.values)
        : wordIdentifies(column, frame.rowCount);
    if (reason === undefined) continue;
    columns.delete(name);
    notes.push(`${name} is left out: ${reason}; if it names the account, add --id ${name}`);
  }
  return { rowCount: frame.rowCount, columns };
}

/** @example isDateOfUnknownOrder('03/04/2024') // true */
function isDateOfUnknownOrder(text: string): boolean {
  return /^(\d{1,2}\/\d{1,2}\/\d{2}|\d{1,2}([/.-])\d{1,2}\2\d{4})(\s+\d{1,2}:\d{2}(:\d{2})?)?$/.test(
    text.trim(),
  );
}

function wordIdentifies({ levels }: CategoryColumn, rowCount: number): string | undefined {
  return levels.length === rowCount ? 'it is different in every row' : undefined;
}

/** Amounts may differ in every row, too, so a number must also be called an identifier or a row's number. */
function numberIdentifies(name: string, values: Float64Array): string | undefined {
  const isCalledSo =
    /(^|[^\p{L}])id$/iu.test(name) ||
    /\p{Ll}I[dD]$/u.test(name) ||
    /^(column_|unnamed: )\d+$|^index$|^row[_ ]?(number|index)$/i.test(name);
  return isCalledSo && new Set(values).size === values.length ? 'it is different in every row' : undefined;
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

/** 0, 1, … by id in order of first appearance; a row without an id is an account of its own. */
function groupsOf(
  ids: readonly string[] | null,
  rowCount: number,
  idColumn: string | undefined,
  notes: string[],
): Int32Array {
  if (ids === null) return Int32Array.from({ length: rowCount }, (_, row) => row);
  const indexOf = new Map<string, number>();
  let next = 0;
  let unknown = 0;
  const groups = Int32Array.from(ids, (id) => {
    if (id === '') {
      unknown++;
      return next++;
    }
    const index = indexOf.get(id) ?? next++;
    indexOf.set(id, index);
    return index;
  });
  if (unknown > 0) notes.push(`${unknown} rows have no ${idColumn}: each counts as an account of its own`);
  return groups;
}
