import type { WrittenTime } from '../../files/field-reading.ts';

/** Longest first, so that `MM` inside `MMMM` is not taken for itself. */
const PATTERN_OF_TOKEN: Readonly<Record<string, string>> = {
  YYYY: '%Y',
  MMMM: '%B',
  MMM: '%b',
  SSS: '%g',
  YY: '%y',
  MM: '%m',
  DD: '%d',
  HH: '%H',
  hh: '%I',
  mm: '%M',
  ss: '%S',
  M: '%m',
  D: '%d',
  H: '%H',
  h: '%I',
  A: '%p',
  Z: '%z',
};
const TOKEN = new RegExp(Object.keys(PATTERN_OF_TOKEN).join('|'), 'g');

/** The ways to count time in a number, and how many milliseconds one is. */
export const EPOCH_MILLISECONDS: Readonly<Record<string, number>> = {
  'epoch seconds': 1000,
  'epoch milliseconds': 1,
};

/**
 * What is wrong with a time format, as a clause and what to write instead; undefined when nothing is.
 *
 * @example timeFormatProblem('dd.mm') // 'dd.mm names no year; write it like DD/MM/YYYY …'
 */
export function timeFormatProblem(format: string): string | undefined {
  const alternatives = format.split(' or ');
  if (alternatives.length > 1)
    return `it is still undecided between ${alternatives.join(' and ')}; keep the one that is right`;
  if (format in EPOCH_MILLISECONDS) return undefined;
  const remedy =
    'write it like DD/MM/YYYY, YYYYMMDD, YYYY-MM-DD HH:mm:ss, epoch seconds or epoch milliseconds';
  if (!/YY/.test(format) || !/M/.test(format) || !/D/.test(format))
    return `"${format}" does not name year, month and day; ${remedy}`;
  // An ISO separator is the one letter that is no token.
  const unknown = /[A-Za-z]/.exec(format.replaceAll(TOKEN, '').replace('T', ''))?.[0];
  return unknown === undefined
    ? undefined
    : `"${format}" has a ${unknown}, which stands for nothing; ${remedy}`;
}

/** @example strptimePattern('DD/MM/YYYY') // '%d/%m/%Y' */
export function strptimePattern(format: string): string {
  return format.replaceAll(TOKEN, (token) => PATTERN_OF_TOKEN[token]!);
}

/** Undefined where a column says nothing about its times. */
export function writtenTime(
  formats: readonly string[] | undefined,
  zone: string | undefined,
): WrittenTime | undefined {
  if (formats === undefined && zone === undefined) return undefined;
  // Counted times leave the mapping as ISO 8601.
  const spelled = (formats ?? []).filter((format) => !(format in EPOCH_MILLISECONDS));
  return {
    patterns: spelled.map(strptimePattern),
    words: spelled.join(' or '),
    ...(zone === undefined ? {} : { zone }),
  };
}
