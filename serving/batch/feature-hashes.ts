import type { CategoryColumn, FeatureFrame, NumberColumn } from '../../features/contract/feature-frame.ts';

const CANONICAL_NAN = new Uint32Array(new Float64Array([Number.NaN]).buffer);
const MISSING_LEVEL = textWords('\u0000missing');

/**
 * A 64-bit fingerprint (16 hex digits) of each row's feature values, in the order of `featureNames`: equal
 * values, equal hash, whatever the codes of a category are. It shows whether the model saw new
 * values; it is no protection against forgery.
 *
 * @example featureHashes(frame, ['events_28d', 'plan'])[0] // '5be0cd19137e2179'
 */
export function featureHashes(frame: FeatureFrame, featureNames: readonly string[]): string[] {
  const first = new Uint32Array(frame.rowCount).fill(0x6a09e667);
  const second = new Uint32Array(frame.rowCount).fill(0xbb67ae85);
  for (const name of featureNames) {
    const column = frame.columns.get(name);
    if (column === undefined) throw new Error(`the frame has no column ${name}`);
    if (column.kind === 'number') absorbNumbers(column, first, second);
    else absorbCategories(column, first, second);
  }
  return Array.from(first, (word, row) => hexOf(word, second[row]!));
}

function absorbNumbers(column: NumberColumn, first: Uint32Array, second: Uint32Array): void {
  const value = new Float64Array(1);
  const words = new Uint32Array(value.buffer);
  for (let row = 0; row < first.length; row++) {
    // Adding zero turns -0 into 0; every NaN is the same missing value whatever its bits.
    value[0] = column.values[row]! + 0;
    const missing = Number.isNaN(value[0]);
    absorb(
      first,
      second,
      row,
      missing ? CANONICAL_NAN[0]! : words[0]!,
      missing ? CANONICAL_NAN[1]! : words[1]!,
    );
  }
}

function absorbCategories(column: CategoryColumn, first: Uint32Array, second: Uint32Array): void {
  const levels = column.levels.map(textWords);
  for (let row = 0; row < first.length; row++) {
    const code = column.codes[row]!;
    const words = code < 0 ? MISSING_LEVEL : levels[code]!;
    absorb(first, second, row, words[0], words[1]);
  }
}

/** Two lanes of MurmurHash3's mixing step, fed in opposite order so that they do not collide together. */
function absorb(first: Uint32Array, second: Uint32Array, row: number, low: number, high: number): void {
  first[row] = mix(mix(first[row]!, low), high);
  second[row] = mix(mix(second[row]!, high ^ 0x9e3779b9), low);
}

function mix(state: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const h = state ^ k;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

function avalanche(word: number): number {
  let h = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function hexOf(first: number, second: number): string {
  const high = avalanche(first ^ Math.imul(second, 0x9e3779b1));
  const low = avalanche(second ^ high);
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}

function textWords(text: string): readonly [number, number] {
  let first = 0x811c9dc5;
  let second = text.length;
  for (let at = 0; at < text.length; at++) {
    first = Math.imul(first ^ text.charCodeAt(at), 0x01000193);
    second = mix(second, text.charCodeAt(at));
  }
  return [first >>> 0, second >>> 0];
}
