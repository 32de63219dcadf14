import type { ScoringMachine } from './scoring-kernels.ts';

/** Room that is kept from call to call and moves on when it has to be larger. */
export interface GrowingRegion {
  /** The offset of room for so many cells; what was there holds while it did not have to grow. */
  sized(cells: number): number;
}

export function growingRegion(machine: ScoringMachine): GrowingRegion {
  let offset = 0;
  let capacity = 0;
  return {
    sized: (cells) => {
      if (cells > capacity) {
        // Half as much again, so that a little more each time does not leave a trail of small rooms.
        capacity = capacity === 0 ? cells : Math.max(cells, Math.ceil(1.5 * capacity));
        offset = machine.allocate(4 * capacity);
      }
      return offset;
    },
  };
}
