/** Between what the numbers of each row of a weight have to stay; a row is one step of its first dimension. */
export interface RowBounds {
  readonly least: Float32Array;
  readonly most: Float32Array;
}

/** By the name of the weight. */
export type WeightBounds = ReadonlyMap<string, RowBounds>;

/** Rows that must not fall below 0, and rows that must not rise above it; one that is both stays at 0. */
export function signBounds(
  rowCount: number,
  mayFall: (row: number) => boolean,
  mayRise: (row: number) => boolean,
): RowBounds {
  return {
    least: Float32Array.from({ length: rowCount }, (_, row) => (mayFall(row) ? Number.NEGATIVE_INFINITY : 0)),
    most: Float32Array.from({ length: rowCount }, (_, row) => (mayRise(row) ? Number.POSITIVE_INFINITY : 0)),
  };
}

/** Draws values back to the nearest that is allowed, in place. */
export function keepWithin({ least, most }: RowBounds, values: Float32Array): void {
  const width = values.length / least.length;
  for (let cell = 0; cell < values.length; cell++) {
    const row = Math.floor(cell / width);
    values[cell] = Math.min(Math.max(values[cell]!, least[row]!), most[row]!);
  }
}
