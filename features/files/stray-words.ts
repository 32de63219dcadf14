import { readBoolean } from '../contract/boolean-words.ts';
import { BadInput } from '../contract/failure.ts';
import type { FeatureDefinition } from '../contract/feature-set.ts';
import { isMissingMarker } from './missing-values.ts';

/** A column with a larger share of words than this holds something other than numbers with slips. */
const LARGEST_STRAY_SHARE = 0.05;

interface Stray {
  count: number;
  readonly first: string;
  /** Counted from 1. */
  readonly firstRow: number;
}

/** Reads text where the model expects numbers, and remembers the words in between. */
export class StrayWords {
  readonly #file: string;
  readonly #strayOf = new Map<string, Stray>();

  constructor(file: string) {
    this.#file = file;
  }

  /** A column with no value at all arrives as text, as does one with a slip among its numbers. Words become NaN. */
  numbers(
    values: readonly (string | null)[],
    { name, type }: FeatureDefinition,
    rowsBefore: number,
  ): Float64Array {
    return Float64Array.from(values, (value, row) => {
      if (value === null || isMissingMarker(value)) return Number.NaN;
      const number = Number((type === 'boolean' ? readBoolean(value) : undefined) ?? value);
      if (Number.isNaN(number)) this.#remember(name, value, rowsBefore + row + 1);
      return Number.isFinite(number) ? number : Number.NaN;
    });
  }

  /**
   * One note for each column that had words.
   *
   * @throws BadInput when a column has too many of them to be slips
   */
  notes(rowCount: number): readonly string[] {
    return Array.from(this.#strayOf, ([name, { count, first, firstRow }]) => {
      if (count > LARGEST_STRAY_SHARE * rowCount)
        throw new BadInput({
          where: this.#file,
          what: `column ${name} should hold numbers and has "${first}" in row ${firstRow}${count > 1 ? ` and other words in ${count - 1} more rows` : ''}`,
          remedy: 'write numbers, or leave the field empty where there is none',
        });
      return `${name} counts as missing in ${count} rows that hold no number, the first is "${first}" in row ${firstRow}`;
    });
  }

  #remember(name: string, word: string, row: number): void {
    const stray = this.#strayOf.get(name);
    if (stray) stray.count++;
    else this.#strayOf.set(name, { count: 1, first: word, firstRow: row });
  }
}
