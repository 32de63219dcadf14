import { InvalidArgumentError } from 'commander';
import { type AsOfDate, asOfDateSchema } from '../../features/contract/as-of-date.ts';
import { type TenantId, tenantIdSchema } from '../../features/contract/tenant-id.ts';
import type { NightPart } from '../../serving/batch/night-part.ts';

/** Parsers of single option values; commander turns what they throw into one line and exit status 2. */

export function parseAsOfDate(value: string): AsOfDate {
  const parsed = asOfDateSchema.safeParse(value);
  if (!parsed.success) throw new InvalidArgumentError('write the date as YYYY-MM-DD');
  return parsed.data;
}

export function parseTenantId(value: string): TenantId {
  const parsed = tenantIdSchema.safeParse(value);
  if (!parsed.success) throw new InvalidArgumentError(`it ${parsed.error.issues[0]!.message}`);
  return parsed.data;
}

export function parseSeed(value: string): number {
  const seed = Number(value);
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff) {
    throw new InvalidArgumentError('give a whole number from 0 to 4294967295');
  }
  return seed;
}

/** A duration in seconds. @example parseBudgetSeconds('5m') // 300 */
export function parseBudgetSeconds(value: string): number {
  const match = /^(\d+(?:\.\d+)?)(s|m|h)$/.exec(value);
  if (match === null) throw new InvalidArgumentError('write it as 90s, 5m or 1h');
  return Number(match[1]) * { s: 1, m: 60, h: 3600 }[match[2] as 's' | 'm' | 'h'];
}

/** @example parseNightPart('3/8') */
export function parseNightPart(value: string): NightPart {
  const [part, of] = (/^(\d{1,4})\/(\d{1,4})$/.exec(value) ?? []).slice(1).map(Number);
  if (part === undefined || of === undefined || part < 1 || part > of)
    throw new InvalidArgumentError('write it as 3/8 for the third of eight parts');
  return { part, of };
}

/** Collects a repeated option into a list. */
export function listOf<Value>(parse: (value: string) => Value) {
  return (value: string, previous: readonly Value[] | undefined): Value[] => [
    ...(previous ?? []),
    parse(value),
  ];
}

export function parseCount(value: string): number {
  const count = Number(value);
  if (!Number.isInteger(count) || count < 1) throw new InvalidArgumentError('give a whole number from 1 up');
  return count;
}
