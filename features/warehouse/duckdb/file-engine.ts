import type { ColumnBatch, ColumnDefinition } from '../warehouse.ts';
import { appendBatches } from './append-batches.ts';
import { columnDdl } from './duckdb-types.ts';
import { openScratch } from './scratch.ts';
import { streamBatches } from './stream-batches.ts';

/** Runs SQL over files that belong to no warehouse, in a database in memory that is gone when closed. */
export interface FileEngine {
  /** @returns rows changed */
  run(statement: string): Promise<number>;
  rows(query: string): Promise<readonly (readonly unknown[])[]>;
  /** The query's rows in file order; `columns` are its columns, projected by duckDbDialect. */
  stream(query: string, columns: readonly ColumnDefinition[]): AsyncIterable<ColumnBatch>;
  /** Makes a temporary table of the batches; its columns are numbers and texts only. */
  load(
    table: string,
    columns: readonly ColumnDefinition[],
    batches: AsyncIterable<ColumnBatch>,
  ): Promise<void>;
  close(): void;
}

export async function openFileEngine(): Promise<FileEngine> {
  const { connection, close } = await openScratch('reading');
  return {
    run: async (statement) => (await connection.run(statement)).rowsChanged,
    rows: async (query) => (await connection.runAndReadAll(query)).getRows(),
    stream: (query, columns) => streamBatches(connection, { text: query, parameters: [] }, columns),
    async load(table, columns, batches) {
      await connection.run(`create temp table "${table}" (${columns.map(columnDdl).join(', ')})`);
      await appendBatches(connection, table, columns, batches);
    },
    close,
  };
}
