import type { CategoryColumn, FeatureColumn, NumberColumn } from '../contract/feature-frame.ts';
import type { BatchColumn } from '../warehouse/warehouse.ts';

const FIRST_CAPACITY = 4096;

/** Grows one column of a frame batch by batch. */
export interface ColumnBuilder {
  add(column: BatchColumn): void;
  finish(): FeatureColumn;
}

/** Grows by doubling, so that a frame of unknown length is copied a constant number of times. */
export class NumberBuilder implements ColumnBuilder {
  #values = new Float64Array(FIRST_CAPACITY);
  #length = 0;

  add(column: BatchColumn): void {
    if (column.kind !== 'numeric')
      throw new TypeError(`A number was expected where the column holds ${column.type}`);
    const needed = this.#length + column.values.length;
    if (needed > this.#values.length) {
      const grown = new Float64Array(Math.max(needed, 2 * this.#values.length));
      grown.set(this.#values.subarray(0, this.#length));
      this.#values = grown;
    }
    this.#values.set(column.values, this.#length);
    this.#length = needed;
  }

  finish(): NumberColumn {
    return { kind: 'number', values: this.#values.slice(0, this.#length) };
  }
}

/** Levels in order of first appearance; a category that arrives as a number or boolean is written out. */
export class CategoryBuilder implements ColumnBuilder {
  readonly #codeOf = new Map<string, number>();
  readonly #codes: Int32Array[] = [];

  add(column: BatchColumn): void {
    const codes = new Int32Array(column.values.length);
    for (let row = 0; row < codes.length; row++) codes[row] = this.#code(levelOf(column, row));
    this.#codes.push(codes);
  }

  finish(): CategoryColumn {
    const codes = new Int32Array(this.#codes.reduce((length, part) => length + part.length, 0));
    let offset = 0;
    for (const part of this.#codes) {
      codes.set(part, offset);
      offset += part.length;
    }
    return { kind: 'category', codes, levels: [...this.#codeOf.keys()] };
  }

  #code(level: string | null): number {
    if (level === null) return -1;
    const known = this.#codeOf.get(level);
    if (known !== undefined) return known;
    const code = this.#codeOf.size;
    this.#codeOf.set(level, code);
    return code;
  }
}

function levelOf(column: BatchColumn, row: number): string | null {
  if (column.kind === 'text') return column.values[row] ?? null;
  const value = column.values[row]!;
  if (Number.isNaN(value)) return null;
  return column.type === 'boolean' ? String(value === 1) : String(value);
}
