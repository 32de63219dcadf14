import { sqlText } from '../warehouse/duckdb/duckdb-types.ts';
import type { FieldReading } from './field-reading.ts';
import { quotedField, timestampSql } from './field-value-sql.ts';

/** What makes a row unusable, or unusual, as a condition over its readings' values. */
export interface Offence {
  /** Index of the reading. */
  readonly reading: number;
  /** "is missing", "is not a time", … */
  readonly words: string;
  readonly condition: string;
  /** The value was read all the same. */
  readonly isUsable: boolean;
}

/**
 * In the order in which they are reported: what is missing, then what cannot be read, then what makes no sense, and last
 * what is only unusual.
 */
export function offencesOf(readings: readonly FieldReading[]): readonly Offence[] {
  return [...readings.flatMap((_, index) => offencesOfField(readings, index)), ...unusualNumbers(readings)];
}

function offencesOfField(readings: readonly FieldReading[], index: number): readonly Offence[] {
  const reading = readings[index]!;
  if ('constant' in reading.from) return [];
  const { column, time, notAfter, notNegative, below, notBefore, oneOf, identifier } = reading;
  const value = valueName(index);
  const given = givenName(index);
  const offences: Offence[] = [];
  const add = (words: string, condition: string): void => {
    offences.push({ reading: index, words, condition, isUsable: false });
  };
  if (!column.nullable) add('is missing', `not ${given}`);
  const written = time && time.patterns.length > 0 ? ` written ${time.words}` : '';
  if (column.type !== 'text') add(`${NOT_A[column.type]}${written}`, `${given} and ${value} is null`);
  if (notAfter) add('lies in the future', `${value} > ${timestampSql(notAfter.toISOString())}`);
  if (notNegative) add('is negative', `${value} < 0`);
  if (below !== undefined)
    add(`is ${below.toExponential().replace('e+', 'e')} or more`, `abs(${value}) >= ${below}`);
  const start = readings.findIndex((other) => other.column.name === notBefore);
  // By day: one of the two is often a date without a time.
  if (start >= 0) add(`lies before ${notBefore}`, `${value}::date < ${valueName(start)}::date`);
  if (oneOf)
    add(`is none of ${oneOf.join(', ')}`, `${value} not in (${oneOf.map((one) => sqlText(one)).join(', ')})`);
  if (identifier) {
    add(
      'has blanks around it or control characters',
      `${value} <> trim(${value}) or regexp_matches(${value}, '[\\x00-\\x1f\\x7f]')`,
    );
    add('is longer than 200 characters', `length(${value}) > 200`);
  }
  return offences;
}

function unusualNumbers(readings: readonly FieldReading[]): readonly Offence[] {
  return readings.flatMap(({ column, from }, index) =>
    column.type === 'number' && 'field' in from
      ? [
          {
            reading: index,
            words: 'is written with separators of thousands',
            condition: `${valueName(index)} is not null and try_cast(trim(${quotedField(from.field)}::varchar) as double) is null`,
            isUsable: true,
          },
        ]
      : [],
  );
}

/** The column that holds a reading's value. */
export function valueName(reading: number): string {
  return `"value of reading ${reading}"`;
}

/** The column that says whether a reading has a value. */
export function givenName(reading: number): string {
  return `"reading ${reading} is given"`;
}

const NOT_A = {
  number: 'is not a number',
  integer: 'is not a whole number',
  boolean: 'is not true or false',
  date: 'is not a date',
  timestamp: 'is not a time',
  json: 'is not JSON',
} as const;
