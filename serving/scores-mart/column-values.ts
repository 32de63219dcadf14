import type { ColumnBatch } from '../../features/warehouse/warehouse.ts';

const MILLISECONDS_PER_DAY = 86_400_000;

/** A numeric column of a batch that the selection asked for. */
export function numbersOf(batch: ColumnBatch, name: string): Float64Array {
  const column = batch.columns.get(name);
  if (column?.kind !== 'numeric') throw new TypeError(`the batch has no numeric column ${name}`);
  return column.values;
}

/** A text or JSON column of a batch that the selection asked for. */
export function textsOf(batch: ColumnBatch, name: string): readonly (string | null)[] {
  const column = batch.columns.get(name);
  if (column?.kind !== 'text') throw new TypeError(`the batch has no text column ${name}`);
  return column.values;
}

/** A date or timestamp column in milliseconds since 1970-01-01 UTC. */
export function millisecondsOf(batch: ColumnBatch, name: string): Float64Array {
  const values = numbersOf(batch, name);
  return batch.columns.get(name)!.type === 'date' ? values.map((day) => day * MILLISECONDS_PER_DAY) : values;
}

/** A column whose parts came batch by batch. */
export function concatenated(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
