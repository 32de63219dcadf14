import type { FeatureDefinition } from '../contract/feature-set.ts';
import type { TableFile } from './table-file.ts';

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
