import type { FeatureDefinition } from '../../../features/contract/feature-set.ts';
import type { FeatureValue } from './driver.ts';

/** How a number of a unit is shown. */
export interface UnitWords {
  /** What a value is multiplied by: 100 for what is shown in per cent. */
  readonly scale: number;
  /** Stands after 1, after other numbers, and where the unit was said before. */
  readonly one: string;
  readonly many: string;
  readonly short: string;
}

/** @example unitWords('days') // { scale: 1, one: ' day', many: ' days', short: '' } */
export function unitWords(unit: string): UnitWords {
  switch (unit) {
    case 'share':
    case 'ratio':
    case 'log per week':
      return { scale: 100, one: ' %', many: ' %', short: ' %' };
    case 'percent':
      return { scale: 1, one: ' %', many: ' %', short: ' %' };
    case 'points':
      return { scale: 100, one: ' point', many: ' points', short: ' points' };
    case 'usd':
      return { scale: 1, one: ' USD', many: ' USD', short: ' USD' };
    case '':
    case 'count':
    case 'rating':
    // Every tenant bills in its own.
    case 'currency':
      return { scale: 1, one: '', many: '', short: '' };
    default:
      return { scale: 1, one: ` ${unit.replace(/s$/, '')}`, many: ` ${unit}`, short: '' };
  }
}

/** A value with its unit, or short. @example valueText('number', unitWords('days'), 1, 'long') // '1 day' */
export function valueText(
  type: FeatureDefinition['type'],
  unit: UnitWords,
  value: FeatureValue,
  length: 'long' | 'short',
): string {
  if (value === null) return 'none';
  if (typeof value === 'string') return value;
  if (type === 'boolean') return value === 0 ? 'no' : 'yes';
  const number = numberText(value * unit.scale);
  if (length === 'short') return number + unit.short;
  return number + (number === '1' || number === '-1' ? unit.one : unit.many);
}

/** Whole from 10 on, one decimal from 1 on, two below: a reason is not an invoice. @example numberText(1234.5) // '1,235' */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'without limit' : 'without lower limit';
  const size = Math.abs(value);
  const parts = size >= 10 ? 1 : size >= 1 ? 10 : 100;
  // The same arithmetic as SQL's round, so that the view says the same words.
  const rounded = Math.round(size * parts) / parts;
  const text = rounded < 1e15 ? String(rounded).replace(/\B(?=(\d{3})+$)/g, ',') : rounded.toExponential(2);
  return value < 0 && rounded > 0 ? `-${text}` : text;
}
