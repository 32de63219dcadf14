import type { ColumnBatch, ColumnDefinition } from '../warehouse.ts';
import { openScratch } from './scratch.ts';
import { streamBatches } from './stream-batches.ts';

/** SQL over files that are no part of any warehouse, in a database of its own that holds nothing afterwards. */
export interface FileEngine {
  /** @returns rows changed */
  run(statement: string): Promise<number>;
  rows(query: string): Promise<readonly (readonly unknown[])[]>;
  /** The query's rows in file order; `columns` are its columns, projected by duckDbDialect. */
  stream(query: string, columns: readonly ColumnDefinition[]): AsyncIterable<ColumnBatch>;
  close(): void;
}

export async function openFileEngine(): Promise<FileEngine> {
  const { connection, close } = await openScratch('reading');
  return {
    run: async (statement) => (await connection.run(statement)).rowsChanged,
    rows: async (query) => (await connection.runAndReadAll(query)).getRows(),
    stream: (query, columns) => streamBatches(connection, { text: query, parameters: [] }, columns),
    close,
  };
}
