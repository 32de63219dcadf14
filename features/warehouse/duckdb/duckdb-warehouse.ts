import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { diskFailure } from '../../contract/disk-failure.ts';
import { Failure, OperationFailed, reasonOf } from '../../contract/failure.ts';
import { deleteRowsBeforeSql, deleteRowsOfSql } from '../delete-sql.ts';
import { replaceFile } from '../replace-file.ts';
import { selectionSql } from '../selection-sql.ts';
import { quoteRelation } from '../sql-dialect.ts';
import type {
  ChangeOutcome,
  ColumnBatch,
  ColumnDefinition,
  EmbeddedWarehouse,
  ReadableWarehouse,
  Relation,
  RowOwner,
  RowsBefore,
  Selection,
  TableChange,
  TableDefinition,
  TableRows,
  Transformation,
  TransformOptions,
} from '../warehouse.ts';
import { relationName } from '../warehouse.ts';
import { addedColumns, checkColumns } from '../write-checks.ts';
import { WriteQueue } from '../write-queue.ts';
import { applyChange } from './apply-change.ts';
import { checkContract } from './check-contract.ts';
import { copyDatabase, rowsByTable } from './copy-database.ts';
import { damaged, isDamage } from './damaged.ts';
import {
  addedColumnDdl,
  columnDdl,
  columnTypeOf,
  duckDbDialect,
  duckDbNativeDialect,
  sqlText,
} from './duckdb-types.ts';
import type { OpenOptions } from './open-duckdb.ts';
import { openDuckDbInstance } from './open-duckdb.ts';
import { changeRows } from './row-counts.ts';
import { ensureSchema, runTransformation } from './run-transformation.ts';
import { streamBatches } from './stream-batches.ts';

/**
 * The embedded warehouse: one DuckDB file, one writing process at a time.
 * A read sees the state at its start, also during a write of this process. Writes of this process queue up, so the
 * rows of a write must not come from another write.
 */
export async function openDuckDbWarehouse(options: OpenOptions): Promise<EmbeddedWarehouse> {
  return new DuckDbWarehouse(options.file, await openDuckDbInstance(options));
}

/** A relation that lies in Parquet files, all with the same columns. */
export interface ParquetRelation {
  readonly relation: Relation;
  readonly files: readonly string[];
}

/**
 * Parquet files read like a warehouse, without one: no lock is taken, so a writer elsewhere is not in the way.
 * A relation without files does not exist.
 *
 * @throws OperationFailed for a file that is absent or damaged
 */
export async function openParquetWarehouse(
  relations: readonly ParquetRelation[],
): Promise<ReadableWarehouse> {
  const instance = await openDuckDbInstance({ file: ':memory:' });
  const connection = await instance.connect();
  try {
    await connection.run('set global parquet_metadata_cache = true');
    for (const { relation, files } of relations.filter(({ files }) => files.length > 0)) {
      await ensureSchema(connection, relation);
      const list = files.map(sqlText).join(', ');
      await connection.run(
        `create view ${quoteRelation(relation, duckDbDialect)} as select * from read_parquet([${list}])`,
      );
    }
    return new DuckDbWarehouse(relations[0]?.files[0] ?? ':memory:', instance);
  } catch (cause) {
    instance.closeSync();
    throw new OperationFailed({
      where: relations.map(({ relation }) => relationName(relation)).join(', '),
      what: `a Parquet file cannot be read (${reasonOf(cause)})`,
      remedy: 'write the files again',
      cause,
    });
  } finally {
    connection.disconnectSync();
  }
}

class DuckDbWarehouse implements EmbeddedWarehouse {
  readonly engine = 'duckdb';
  readonly engineVersion = duckdb.library_version();
  readonly #file: string;
  readonly #instance: DuckDBInstance;
  readonly #writes = new WriteQueue();

  constructor(file: string, instance: DuckDBInstance) {
    this.#file = file;
    this.#instance = instance;
  }

  async describe(relation: Relation): Promise<readonly ColumnDefinition[]> {
    return this.#connected((connection) => describeRelation(connection, relation));
  }

  async ensureTable(table: TableDefinition): Promise<void> {
    await this.#addColumns([table]);
    await this.#transaction((connection) => ensureTable(connection, table));
  }

  async *read(selection: Selection): AsyncGenerator<ColumnBatch> {
    const connection = await this.#instance.connect();
    try {
      yield* this.#readOn(connection, selection);
    } finally {
      connection.disconnectSync();
    }
  }

  async exportParquet(selection: Selection, file: string): Promise<{ readonly rowCount: number }> {
    try {
      return await this.#connected(async (connection) => {
        const known = await describeRelation(connection, selection.relation);
        const { text, parameters } = selectionSql(selection, known, duckDbNativeDialect);
        const rowCount = await replaceFile(file, (partialFile) =>
          changeRows(
            connection,
            `copy (${text}) to ${sqlText(partialFile)} (format parquet, compression zstd)`,
            parameters,
          ),
        );
        return { rowCount };
      });
    } catch (error) {
      throw this.#failure(`${relationName(selection.relation)} could not be written to ${file}`, error);
    }
  }

  /** Reading is as cheap here. */
  async changeMark(): Promise<null> {
    return null;
  }

  async write(changes: readonly TableChange[]): Promise<readonly ChangeOutcome[]> {
    await this.#addColumns(changes.map(({ table }) => table));
    return this.#transaction((connection) => applyChanges(connection, changes));
  }

  async deleteRowsBefore(tables: readonly RowsBefore[]): Promise<readonly number[]> {
    return this.#transaction(async (connection) => {
      const deleted: number[] = [];
      for (const rows of tables) {
        const known = await describeRelation(connection, rows.relation);
        const { text, parameters } = deleteRowsBeforeSql(rows, known, duckDbDialect);
        deleted.push(await changeRows(connection, text, parameters));
      }
      return deleted;
    });
  }

  async deleteRowsOf(owner: RowOwner, tables: readonly Relation[]): Promise<readonly number[]> {
    return this.#transaction(async (connection) => {
      const deleted: number[] = [];
      for (const table of tables) {
        const known = await describeRelation(connection, table);
        const { text, parameters } = deleteRowsOfSql(owner, table, known, duckDbDialect);
        deleted.push(await changeRows(connection, text, parameters));
      }
      return deleted;
    });
  }

  async transform(
    transformations: readonly Transformation[],
    { dropped = [], emptied = [], changes = [], onBuilt }: TransformOptions = {},
  ): Promise<void> {
    await this.#addColumns(changes.map(({ table }) => table));
    await this.#transaction(async (connection) => {
      // What is built has no order of its own, and keeping one costs memory.
      await connection.run('set preserve_insertion_order = false');
      for (const relation of dropped)
        await connection.run(`drop table if exists ${quoteRelation(relation, duckDbDialect)}`);
      for (const relation of emptied)
        await connection.run(`delete from ${quoteRelation(relation, duckDbDialect)}`);
      await applyChanges(connection, changes);
      await this.#joiningAsWritten(async () => {
        for (const transformation of transformations) {
          const { relation } = transformation;
          const started = performance.now();
          try {
            await runTransformation(connection, transformation);
          } catch (error) {
            throw this.#failure(`${relationName(relation)} could not be built`, error);
          }
          await checkContract(connection, relation, transformation.contract ?? []);
          const seconds = (performance.now() - started) / 1000;
          await onBuilt?.({ relation, seconds, read: (selection) => this.#readOn(connection, selection) });
        }
      });
    });
  }

  async copyTo(file: string): Promise<TableRows> {
    try {
      return await this.#writes.run(() =>
        this.#connected((connection) => copyDatabase(connection, this.#file, file)),
      );
    } catch (error) {
      throw this.#failure(`the warehouse could not be copied to ${file}`, error);
    }
  }

  async countRows(): Promise<TableRows> {
    try {
      return await this.#connected((connection) => rowsByTable(connection));
    } catch (error) {
      throw this.#failure('the tables could not be counted', error);
    }
  }

  async close(): Promise<void> {
    await this.#writes.idle();
    this.#instance.closeSync();
  }

  async *#readOn(connection: DuckDBConnection, selection: Selection): AsyncGenerator<ColumnBatch> {
    try {
      const known = await describeRelation(connection, selection.relation);
      const statement = selectionSql(selection, known, duckDbDialect);
      const columns = selection.columns.map((name) => known.find((column) => column.name === name)!);
      yield* streamBatches(connection, statement, columns);
    } catch (error) {
      throw this.#failure(`${relationName(selection.relation)} could not be read`, error);
    }
  }

  async #connected<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.#instance.connect();
    try {
      return await work(connection);
    } finally {
      connection.disconnectSync();
    }
  }

  /**
   * Within a transaction the engine has no statistics of the tables that were built in it, and would order joins by guesses: one
   * guess compared all days of a tenant with all its accounts. The models are written in an order that is right.
   */
  async #joiningAsWritten(work: () => Promise<void>): Promise<void> {
    // The setting is the process's and no connection's, so it outlives a transaction that fails.
    const set = (statement: string) => this.#connected((connection) => connection.run(statement));
    await set(`set global disabled_optimizers = 'join_order'`);
    try {
      await work();
    } finally {
      await set('reset global disabled_optimizers');
    }
  }

  /** Each column in a transaction of its own: DuckDB commits no two alterations of one table together. */
  async #addColumns(tables: readonly TableDefinition[]): Promise<void> {
    for (const table of tables) {
      if (!table.columns.some(({ forEarlierRows }) => forEarlierRows !== undefined)) continue;
      const existing = await this.describe(table.relation);
      if (existing.length === 0) continue;
      for (const column of addedColumns(table, existing))
        await this.#transaction(async (connection) => {
          const target = quoteRelation(table.relation, duckDbDialect);
          await connection.run(`alter table ${target} add column if not exists ${addedColumnDdl(column)}`);
        });
    }
  }

  /** All of `work` or nothing of it. Closing a connection rolls back and drops its temporary tables. */
  async #transaction<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    try {
      return await this.#writes.run(() =>
        this.#connected(async (connection) => {
          await connection.run('begin transaction');
          const result = await work(connection);
          await connection.run('commit');
          return result;
        }),
      );
    } catch (error) {
      throw this.#failure('the write failed and was rolled back', error);
    }
  }

  /** Turns engine errors into a sentence. Failures of our own, and defects, are returned as they are. */
  #failure(what: string, error: unknown): unknown {
    if (error instanceof Failure || error instanceof TypeError) return error;
    const disk = diskFailure(error, this.#file);
    if (disk !== undefined) return disk;
    if (isDamage(String(error))) return damaged(this.#file, error);
    return new OperationFailed({
      where: this.#file,
      what: `${what} (${reasonOf(error)})`,
      remedy: 'nothing was changed; remove the cause and run it again',
      cause: error,
    });
  }
}

async function applyChanges(
  connection: DuckDBConnection,
  changes: readonly TableChange[],
): Promise<readonly ChangeOutcome[]> {
  const outcomes: ChangeOutcome[] = [];
  for (const [index, change] of changes.entries()) {
    await ensureTable(connection, change.table);
    outcomes.push(await applyChange(connection, change, index));
  }
  return outcomes;
}

async function describeRelation(
  connection: DuckDBConnection,
  { schema, name }: Relation,
): Promise<readonly ColumnDefinition[]> {
  const result = await connection.runAndReadAll(
    `select column_name, data_type, is_nullable from duckdb_columns()
     where database_name = current_database() and schema_name = $1 and table_name = $2 order by column_index`,
    [schema, name],
  );
  return result.getRows().map(([column, type, nullable]) => ({
    name: String(column),
    type: columnTypeOf(String(type)),
    nullable: nullable === true,
  }));
}

async function ensureTable(connection: DuckDBConnection, table: TableDefinition): Promise<void> {
  const existing = await describeRelation(connection, table.relation);
  if (existing.length === 0) {
    await ensureSchema(connection, table.relation);
    const columns = table.columns.map(columnDdl).join(', ');
    await connection.run(`create table ${quoteRelation(table.relation, duckDbDialect)} (${columns})`);
    return;
  }
  checkColumns(
    table,
    existing,
    'move the warehouse file away and import again, or use the version that made it',
  );
}
