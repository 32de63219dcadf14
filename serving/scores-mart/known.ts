/** A number of the scores mart, or null where it is unknown. */
export function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
