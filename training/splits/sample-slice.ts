import { createRandom } from '../../stats/seeded-random.ts';
import { shuffledRows } from '../../stats/shuffled-rows.ts';
import { type Slice, takePositions } from './slice.ts';

/** At most so many rows of a slice, at random, in their order. */
export function sampleSlice(slice: Slice, most: number, seed: string): Slice {
  if (slice.rows.length <= most) return slice;
  return takePositions(slice, shuffledRows(slice.rows.length, createRandom(seed)).slice(0, most).sort());
}
