import type { Random } from './seeded-random.ts';

/**
 * The numbers 0 … count-1 in random order (Fisher-Yates).
 *
 * https://en.wikipedia.org/wiki/Fisher%E2%80%93Yates_shuffle
 * @example shuffledRows(3, createRandom(1)).length // 3
 */
export function shuffledRows(count: number, random: Random): Int32Array {
  const rows = new Int32Array(count);
  for (let row = 0; row < count; row++) rows[row] = row;
  for (let last = count - 1; last > 0; last--) {
    const pick = random.integer(last + 1);
    const moved = rows[last]!;
    rows[last] = rows[pick]!;
    rows[pick] = moved;
  }
  return rows;
}
