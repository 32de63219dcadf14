import type { DuckDBConnection } from '@duckdb/node-api';
import { DOUBLE, DuckDBDataChunk, VARCHAR } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import type { BatchColumn, ColumnBatch, ColumnDefinition } from '../warehouse.ts';

/**
 * Appends batches to a temporary table that has `columns` as DOUBLE (numeric) and VARCHAR (text, json).
 * @returns rows appended
 */
export async function appendBatches(
  connection: DuckDBConnection,
  temporaryTable: string,
  columns: readonly ColumnDefinition[],
  batches: AsyncIterable<ColumnBatch>,
): Promise<number> {
  const appender = await connection.createAppender(temporaryTable, 'main', 'temp');
  const chunk = DuckDBDataChunk.create(columns.map(({ type }) => (isText(type) ? VARCHAR : DOUBLE)));
  const chunkRows = duckdb.vector_size();
  let appended = 0;
  try {
    for await (const batch of batches) {
      const sources = columns.map((column) => batchColumn(batch, column));
      for (let start = 0; start < batch.rowCount; start += chunkRows) {
        const count = Math.min(chunkRows, batch.rowCount - start);
        chunk.reset();
        chunk.rowCount = count;
        for (const [index, source] of sources.entries()) {
          const vector = duckdb.data_chunk_get_vector(chunk.chunk, index);
          if (source.kind === 'text') fillTexts(vector, source.values, start, count);
          else fillDoubles(vector, source.values, start, count);
        }
        appender.appendDataChunk(chunk);
      }
      appended += batch.rowCount;
      // Rows that wait in the appender are outside DuckDB's memory limit and cannot be spilled.
      appender.flushSync();
    }
    appender.flushSync();
    return appended;
  } finally {
    appender.closeSync();
  }
}

function batchColumn(batch: ColumnBatch, { name, type }: ColumnDefinition): BatchColumn {
  const column = batch.columns.get(name);
  if (column === undefined) throw new TypeError(`A batch to be written has no column ${name}`);
  if ((column.kind === 'text') !== isText(type))
    throw new TypeError(`Column ${name} of a batch to be written is ${column.kind}, its table says ${type}`);
  if (column.values.length !== batch.rowCount)
    throw new TypeError(
      `Column ${name} of a batch has ${column.values.length} values for ${batch.rowCount} rows`,
    );
  return column;
}

function fillDoubles(vector: duckdb.Vector, values: Float64Array, start: number, count: number): void {
  const bytes = values.BYTES_PER_ELEMENT;
  // Plain memory: a view of shared memory is copied first.
  const buffer = values.buffer instanceof ArrayBuffer ? values.buffer : new Float64Array(values).buffer;
  const offset = buffer === values.buffer ? values.byteOffset : 0;
  duckdb.copy_data_to_vector(vector, 0, buffer, offset + start * bytes, count * bytes);
  markMissing(vector, count, (row) => Number.isNaN(values[start + row]));
}

function fillTexts(
  vector: duckdb.Vector,
  values: readonly (string | null)[],
  start: number,
  count: number,
): void {
  for (let row = 0; row < count; row++) {
    const value = values[start + row];
    if (value != null) duckdb.vector_assign_string_element(vector, row, value);
  }
  markMissing(vector, count, (row) => values[start + row] == null);
}

function markMissing(vector: duckdb.Vector, count: number, isMissing: (row: number) => boolean): void {
  let mask: Uint8Array<ArrayBuffer> | undefined;
  for (let row = 0; row < count; row++) {
    if (!isMissing(row)) continue;
    mask ??= new Uint8Array(Math.ceil(count / 64) * 8).fill(0xff);
    mask[row >> 3]! &= ~(1 << (row & 7));
  }
  if (mask === undefined) return;
  duckdb.vector_ensure_validity_writable(vector);
  duckdb.copy_data_to_vector_validity(vector, 0, mask.buffer, 0, mask.byteLength);
}

function isText(type: ColumnDefinition['type']): boolean {
  return type === 'text' || type === 'json';
}
