import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import type { SqlStatement } from '../sql-dialect.ts';
import type { BatchColumn, ColumnBatch, ColumnDefinition } from '../warehouse.ts';

const MAX_BATCH_ROWS = 65_536;
/** A string handle is 16 bytes, four 32-bit words. */
const STRING_WORDS = 4;

/**
 * Streams a statement's rows as batches. `columns` describe its result in order. Numeric ones must arrive as DOUBLE
 * and the rest as VARCHAR; duckDbDialect projects them so.
 */
export async function* streamBatches(
  connection: DuckDBConnection,
  statement: SqlStatement,
  columns: readonly ColumnDefinition[],
): AsyncGenerator<ColumnBatch> {
  const result = await connection.stream(statement.text, [...statement.parameters]);
  let builder = new BatchBuilder(columns);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    if (builder.rowCount + chunk.rowCount > MAX_BATCH_ROWS) {
      yield builder.finish();
      builder = new BatchBuilder(columns);
    }
    builder.add(chunk);
  }
  if (builder.rowCount > 0) yield builder.finish();
}

class BatchBuilder {
  rowCount = 0;
  readonly #columns: readonly ColumnDefinition[];
  readonly #parts: (Float64Array[] | (string | null)[])[];

  constructor(columns: readonly ColumnDefinition[]) {
    this.#columns = columns;
    this.#parts = columns.map(() => []);
  }

  add(chunk: DuckDBDataChunk): void {
    for (const [index, { type }] of this.#columns.entries()) {
      if (type === 'text' || type === 'json')
        appendTexts(chunk, index, this.#parts[index] as (string | null)[]);
      else (this.#parts[index] as Float64Array[]).push(readDoubles(chunk, index));
    }
    this.rowCount += chunk.rowCount;
  }

  finish(): ColumnBatch {
    const columns = new Map<string, BatchColumn>();
    for (const [index, { name, type }] of this.#columns.entries()) {
      const parts = this.#parts[index]!;
      if (type === 'text' || type === 'json')
        columns.set(name, { kind: 'text', type, values: parts as (string | null)[] });
      else columns.set(name, { kind: 'numeric', type, values: this.#concatenate(parts as Float64Array[]) });
    }
    return { rowCount: this.rowCount, columns };
  }

  #concatenate(parts: readonly Float64Array[]): Float64Array {
    const values = new Float64Array(this.rowCount);
    let offset = 0;
    for (const part of parts) {
      values.set(part, offset);
      offset += part.length;
    }
    return values;
  }
}

/** Reads the vector's memory, which is several times faster than reading its items one by one. */
function readDoubles(chunk: DuckDBDataChunk, columnIndex: number): Float64Array {
  const rowCount = chunk.rowCount;
  const vector = duckdb.data_chunk_get_vector(chunk.chunk, columnIndex);
  const bytes = duckdb.vector_get_data(vector, rowCount * Float64Array.BYTES_PER_ELEMENT);
  // A copy, because the chunk's memory is freed with the chunk.
  const values = new Float64Array(bytes.buffer, bytes.byteOffset, rowCount).slice();
  const valid = duckdb.vector_get_validity(vector, validityBytes(rowCount));
  if (valid) for (let row = 0; row < rowCount; row++) if (!isValid(valid, row)) values[row] = Number.NaN;
  return values;
}

function appendTexts(chunk: DuckDBDataChunk, columnIndex: number, texts: (string | null)[]): void {
  const rowCount = chunk.rowCount;
  const vector = duckdb.data_chunk_get_vector(chunk.chunk, columnIndex);
  const bytes = duckdb.vector_get_data(vector, rowCount * STRING_WORDS * 4);
  const words = new Int32Array(bytes.buffer, bytes.byteOffset, rowCount * STRING_WORDS);
  const valid = duckdb.vector_get_validity(vector, validityBytes(rowCount));
  const items = chunk.getColumnVector(columnIndex);
  // The same handle (inlined text, or length and pointer) is the same text: a sorted tenant column decodes once.
  let decoded: string | null = null;
  let decodedRow = -1;
  for (let row = 0; row < rowCount; row++) {
    if (valid && !isValid(valid, row)) {
      texts.push(null);
      continue;
    }
    if (decodedRow < 0 || !sameHandle(words, row, decodedRow)) {
      decoded = items.getItem(row) as string;
      decodedRow = row;
    }
    texts.push(decoded);
  }
}

function sameHandle(words: Int32Array, row: number, other: number): boolean {
  const a = row * STRING_WORDS;
  const b = other * STRING_WORDS;
  return (
    words[a] === words[b] &&
    words[a + 1] === words[b + 1] &&
    words[a + 2] === words[b + 2] &&
    words[a + 3] === words[b + 3]
  );
}

function isValid(mask: Uint8Array, row: number): boolean {
  return (mask[row >> 3]! & (1 << (row & 7))) !== 0;
}

/** Validity masks are whole 64-bit words. */
function validityBytes(rowCount: number): number {
  return Math.ceil(rowCount / 64) * 8;
}
