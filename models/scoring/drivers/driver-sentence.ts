import type { DriverColumn, FeatureValue } from './driver.ts';
import type { FeatureWords } from './feature-words.ts';
import { valueText } from './value-text.ts';

/** Whether a driver says why the score is what it is, or why it moved since the one before. */
export type DriverKind = 'score' | 'change';

/**
 * What a person would say. The view `current_risk` says the same in SQL (features/dbt/macros/driver_words.sql); a test
 * holds them together.
 *
 * @example "Log-ins and page views fell to 12 in the last 4 weeks, from 48 in the 4 weeks before."
 * @example "Unusual: reports and exports on 6 days in the last 4 weeks; typical is 0."
 */
export function driverSentence(
  words: FeatureWords,
  column: DriverColumn,
  kind: DriverKind,
  isUnusual: boolean,
): string {
  const said = clause(words, column, kind);
  return isUnusual ? `Unusual: ${said}.` : `${said.charAt(0).toUpperCase()}${said.slice(1)}.`;
}

function clause(words: FeatureWords, { value, typical, before }: DriverColumn, kind: DriverKind): string {
  const text = (of: FeatureValue, length: 'long' | 'short') => valueText(words.type, words.unit, of, length);
  const fill = (wording: string) =>
    wording
      .replaceAll('{value}', text(value, 'long'))
      .replaceAll('{size}', text(typeof value === 'number' ? Math.abs(value) : value, 'long'))
      .replaceAll('{number}', text(value, 'short'))
      .replaceAll('{before}', text(before ?? null, 'short'))
      .replaceAll('{moved}', Number(value) > Number(before) ? 'rose' : 'fell');

  if (before === undefined) return fill(wordingOf(words, value, typical)) + comparison(words, value, typical);
  if (value === null || before === null)
    return value === before
      ? words.wordingNone
      : `${words.label}: ${text(value, 'short')} now, ${text(before, 'short')} before`;
  if (text(value, 'short') === text(before, 'short'))
    return `${fill(wordingOf(words, value, before))}, little changed`;
  if (isNegative(value) && words.wordingNegative !== null) return fill(words.wordingNegative);
  return fill(kind === 'score' ? words.wordingPast : words.wordingSince);
}

function wordingOf(words: FeatureWords, value: FeatureValue, reference: FeatureValue): string {
  if (value === null) return words.wordingNone;
  if (value === 0 && words.wordingZero !== null) return words.wordingZero;
  if (isNegative(value) && words.wordingNegative !== null) return words.wordingNegative;
  return typeof value === 'number' && typeof reference === 'number' && value < reference
    ? words.wordingDown
    : words.wordingUp;
}

function isNegative(value: FeatureValue): boolean {
  return typeof value === 'number' && value < 0;
}

function comparison(words: FeatureWords, value: FeatureValue, typical: FeatureValue): string {
  if (!words.isCompared || typical === null) return '';
  const text = (of: FeatureValue, length: 'long' | 'short') => valueText(words.type, words.unit, of, length);
  if (text(value, 'short') === text(typical, 'short')) return ', as is typical';
  // "No log-ins in the last 4 weeks" has named no unit yet.
  const isUnitSaid = value !== null && !(value === 0 && words.wordingZero !== null);
  const usual = text(typical, isUnitSaid ? 'short' : 'long');
  return words.type === 'category' ? `; most common is ${usual}` : `; typical is ${usual}`;
}
