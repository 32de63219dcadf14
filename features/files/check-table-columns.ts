import { BadInput } from '../contract/failure.ts';
import type { FeatureSet } from '../contract/feature-set.ts';
import { closestName } from './closest-name.ts';
import type { TableFile } from './table-file.ts';

/** Columns to keep as text: a category is compared with its levels letter by letter, so "007" is not 7. */
export function categoryNames(featureSet: FeatureSet): readonly string[] {
  return featureSet.features.filter(({ type }) => type === 'category').map(({ name }) => name);
}

/** @throws BadInput when the table lacks a column that the model was trained on */
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

/** @throws BadInput when an option names a column that the table lacks */
export function checkNamedColumns(source: TableFile, wanted: readonly NamedColumn[]): void {
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
