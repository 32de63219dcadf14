import type { Driver, DriverColumn, FeatureValue } from '../../models/scoring/drivers/driver.ts';
import type { ToldDriver } from '../../models/scoring/drivers/tell-driver.ts';

/**
 * Drivers as the mart keeps them, as codes without a word:
 *
 *     [[theme, contribution, [feature, contribution, value, typical, before?], …], …]
 *
 * The first feature of each is the one that tells it. `before` stands only where it is compared with that.
 */
export function writeDrivers(list: readonly Driver[]): string {
  return JSON.stringify(
    list.map(({ theme, contribution, columns }) => [
      theme,
      fourDecimals(contribution),
      ...columns.map((column) => {
        const codes = [
          column.feature,
          fourDecimals(column.contribution),
          sixDigits(column.value),
          sixDigits(column.typical),
        ];
        if (column.before !== undefined) codes.push(sixDigits(column.before));
        return codes;
      }),
    ]),
  );
}

/** A driver of the mart's first edition, which kept a sentence with each. */
export interface WrittenOutDriver {
  readonly written: Omit<ToldDriver, 'theme' | 'theme_label' | 'before' | 'is_unusual'>;
}

export type StoredDriver = Driver | WrittenOutDriver;

/** @throws TypeError when the mart holds something else, which only another writer can cause */
export function readDrivers(json: string): readonly StoredDriver[] {
  const list: unknown = JSON.parse(json);
  if (!Array.isArray(list)) throw unreadable(json);
  return list.map((stored: unknown) => {
    if (!Array.isArray(stored)) return writtenOut(stored, json);
    const [theme, contribution, ...columns] = stored as unknown[];
    if (typeof theme !== 'string' || typeof contribution !== 'number' || columns.length === 0)
      throw unreadable(json);
    return {
      theme,
      contribution,
      columns: columns.map((column) => driverColumn(column, json)) as unknown as Driver['columns'],
    };
  });
}

function driverColumn(stored: unknown, json: string): DriverColumn {
  if (!Array.isArray(stored)) throw unreadable(json);
  const [feature, contribution, value, typical, before] = stored as unknown[];
  if (typeof feature !== 'string' || typeof contribution !== 'number' || !isValue(value) || !isValue(typical))
    throw unreadable(json);
  if (before === undefined) return { feature, contribution, value, typical };
  if (!isValue(before)) throw unreadable(json);
  return { feature, contribution, value, typical, before };
}

function writtenOut(stored: unknown, json: string): WrittenOutDriver {
  const written = stored as WrittenOutDriver['written'] | null;
  if (typeof written?.sentence !== 'string' || typeof written.contribution !== 'number')
    throw unreadable(json);
  return { written };
}

function isValue(value: unknown): value is FeatureValue {
  return value === null || typeof value === 'number' || typeof value === 'string';
}

function unreadable(json: string): TypeError {
  return new TypeError(`the scores mart holds drivers that cannot be read: ${json.slice(0, 200)}`);
}

/** Contributions beyond four decimals of log-odds are noise. */
function fourDecimals(contribution: number): number {
  return Math.round(contribution * 1e4) / 1e4;
}

function sixDigits(value: FeatureValue): FeatureValue {
  return typeof value !== 'number' || Number.isInteger(value) ? value : Number(value.toPrecision(6));
}
