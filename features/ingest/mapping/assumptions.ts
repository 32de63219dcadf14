import type { FieldReading } from '../../files/field-reading.ts';
import type { MappingTally } from './map-rows.ts';
import type { MappedFile } from './mapping.ts';

const SHOWN_WORDS = 5;

/** What a mapped import takes for granted, one sentence each. */
export function assumptionsOf(
  mapped: MappedFile,
  readings: readonly FieldReading[],
  { unlisted }: MappingTally,
): readonly string[] {
  const sentences: string[] = [];
  const constants = readings.flatMap(({ column, from }) =>
    'constant' in from ? [{ name: column.name, value: from.constant }] : [],
  );
  const empty = constants.filter(({ value }) => value === null).map(({ name }) => name);
  if (empty.length > 0) sentences.push(`${empty.join(', ')}: empty, as the mapping gives no column`);
  for (const { name, value } of constants)
    if (value !== null) sentences.push(`${name}: ${value} in every row`);
  if (mapped.counts && mapped.columns.event_id)
    sentences.push(
      'event_id: a row makes an event for each count, whose id is that of the row and the count’s column',
    );
  const inUtc = readings.filter(({ column, from, time }) => {
    if ('constant' in from || column.type !== 'timestamp' || time?.zone !== undefined) return false;
    return !mapped.columns[column.name]?.format?.some((format) => /Z|^epoch/.test(format));
  });
  if (inUtc.length > 0)
    sentences.push(`${inUtc.map(({ column }) => column.name).join(', ')}: times without a zone are UTC`);
  for (const [name, words] of unlisted) {
    const shown = Array.from(words, ([word, rows]) => `${word} (${rows})`).slice(0, SHOWN_WORDS);
    sentences.push(
      `${name}: ${words.size} ${words.size === 1 ? 'word is' : 'words are'} not in values and ${words.size === 1 ? 'stays' : 'stay'} as written: ${shown.join(', ')}${words.size > SHOWN_WORDS ? ', …' : ''}`,
    );
  }
  for (const doubt of mapped.unsure)
    sentences.push(`unsure: ${typeof doubt === 'string' ? doubt : `${doubt.column}: ${doubt.reason}`}`);
  return sentences;
}
