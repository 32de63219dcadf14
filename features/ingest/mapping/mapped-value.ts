import { readWrittenNumber } from '../../files/written-number.ts';
import type { ColumnSource } from './mapping.ts';
import { EPOCH_MILLISECONDS } from './time-format.ts';

/** A row's value of one of the file's columns; null for none. */
export type FieldOfRow = (name: string) => string | null;

/**
 * What a mapping makes of one value, still as text: words replaced, numbers written plainly, counted times as ISO 8601.
 * A text that cannot be read so is left as it is, for the check of the rows to report.
 *
 * @param onUnlisted Called with a word that `values` does not list and that stays as written.
 */
export function mappedValue(
  source: ColumnSource,
  field: FieldOfRow,
  onUnlisted: (word: string) => void,
): string | null {
  if (source.constant !== undefined) return source.constant;
  let value = field(source.from!);
  if (value === null) return null;
  if (source.values !== undefined) {
    if (Object.hasOwn(source.values, value)) value = source.values[value]!;
    else if (source.otherwise !== undefined) value = source.otherwise;
    else onUnlisted(value);
    if (value === null) return null;
  }
  return countedTime(value, source) ?? plainNumber(value, source, field);
}

function countedTime(value: string, { format }: ColumnSource): string | undefined {
  const counted = format?.find((one) => one in EPOCH_MILLISECONDS);
  if (counted === undefined || !/^-?\d+(\.\d+)?$/.test(value.trim())) return undefined;
  const time = new Date(Number(value) * EPOCH_MILLISECONDS[counted]!);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

function plainNumber(value: string, source: ColumnSource, field: FieldOfRow): string {
  const { decimal, scale, times, divide } = source;
  if (decimal === undefined && scale === undefined && times === undefined && divide === undefined)
    return value;
  const numberOf = (text: string | null): number =>
    (text === null ? undefined : readWrittenNumber(text, decimal ?? 'point')) ?? Number.NaN;
  const by = divide ? field(divide.by) : null;
  const divisor = divide ? (divide.values ? divide.values[by ?? ''] : numberOf(by)) : 1;
  const number =
    (numberOf(value) * (scale ?? 1) * (times ? numberOf(field(times)) : 1)) / (divisor ?? Number.NaN);
  // 1999 cents are 19.99 and not 19.990000000000002.
  return Number.isFinite(number)
    ? String(Number(number.toPrecision(15)))
    : `${value}${unread(source, field)}`;
}

/** Which factors a number that cannot be computed was to be made with. */
function unread({ times, divide }: ColumnSource, field: FieldOfRow): string {
  const factor = (sign: string, name: string | undefined) =>
    name === undefined ? '' : ` ${sign} ${field(name) ?? 'nothing'} (${name})`;
  return `${factor('×', times)}${factor('÷', divide?.by)}`;
}
