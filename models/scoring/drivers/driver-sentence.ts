import type { FeatureDefinition } from '../../../features/contract/feature-set.ts';
import type { FeatureValue } from './driver.ts';

/**
 * Why a feature moves a score, in words a customer success manager checks against what they know.
 *
 * @example "Active days in the last 28 days: 3, where 14 is typical (raises the risk)"
 */
export function driverSentence(
  definition: FeatureDefinition,
  value: FeatureValue,
  typical: FeatureValue,
  contribution: number,
): string {
  const effect = effectOf(contribution);
  const label = capitalised(definition.label);
  const shown = formatFeatureValue(definition, value);
  const usual = formatFeatureValue(definition, typical);
  if (value === null)
    return typical === null
      ? `${label}: none on record (${effect})`
      : `${label}: none on record, where ${usual} is typical (${effect})`;
  if (typical === null) return `${label}: ${shown}, where most accounts have none (${effect})`;
  if (shown === usual) return `${label}: ${shown}, as is typical (${effect})`;
  return `${label}: ${shown}, where ${usual} is ${definition.type === 'category' ? 'most common' : 'typical'} (${effect})`;
}

/**
 * What moved since the previous as-of date.
 *
 * @example "Active days in the last 28 days fell from 14 to 3 (raises the risk)"
 */
export function changeSentence(
  definition: FeatureDefinition,
  before: FeatureValue,
  now: FeatureValue,
  contribution: number,
): string {
  const effect = effectOf(contribution);
  const label = capitalised(definition.label);
  const was = formatFeatureValue(definition, before);
  const is = formatFeatureValue(definition, now);
  if (is === was)
    return `${label} stayed at ${is}, and weighs differently as other signals moved (${effect})`;
  if (before === null) return `${label}: now ${is}, before none on record (${effect})`;
  if (now === null) return `${label}: none on record any more, before ${was} (${effect})`;
  if (definition.type !== 'number') return `${label} changed from ${was} to ${is} (${effect})`;
  return `${label} ${now > before ? 'rose' : 'fell'} from ${was} to ${is} (${effect})`;
}

/** @example formatFeatureValue({ unit: 'days', … }, 1) // '1 day' */
export function formatFeatureValue({ type, unit, label }: FeatureDefinition, value: FeatureValue): string {
  if (value === null) return 'none on record';
  if (typeof value === 'string') return value;
  if (type === 'boolean') return value === 0 ? 'no' : 'yes';
  const number = rounded(value);
  switch (unit) {
    case 'usd':
      return value < 0 ? `-$${rounded(-value)}` : `$${number}`;
    case 'share':
    case 'percent':
      return `${rounded(unit === 'share' ? value * 100 : value)} %`;
    case 'ratio':
      return `${number}×`;
    case '':
    // Every tenant bills in its own.
    case 'currency':
    case 'count':
      return number;
    default:
      // "Active days …: 3 days" says it twice.
      if (label.includes(unit.replace(/s$/, ''))) return number;
      return `${number} ${number === '1' ? unit.replace(/s$/, '') : unit}`;
  }
}

// Made once: a formatter costs a hundred times what formatting does.
const FORMATS = [0, 1, 2].map((digits) => new Intl.NumberFormat('en-US', { maximumFractionDigits: digits }));

/** Whole from 100 on, at most two decimals below: a score's reason is not an invoice. */
function rounded(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'without limit' : 'without lower limit';
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const text = FORMATS[digits]!.format(value);
  return text === '-0' ? '0' : text;
}

function effectOf(contribution: number): string {
  return contribution > 0 ? 'raises the risk' : 'lowers the risk';
}

function capitalised(label: string): string {
  return label.charAt(0).toUpperCase() + label.slice(1);
}
