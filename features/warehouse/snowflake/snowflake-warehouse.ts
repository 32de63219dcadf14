import { join } from 'node:path';
import { Failure, OperationFailed, reasonOf } from '../../contract/failure.ts';
import { deleteRowsBeforeSql, deleteRowsOfSql } from '../delete-sql.ts';
import { sqlText } from '../duckdb/duckdb-types.ts';
import { openScratch, withScratch } from '../duckdb/scratch.ts';
import { streamBatches } from '../duckdb/stream-batches.ts';
import { replaceFile } from '../replace-file.ts';
import { selectionSql } from '../selection-sql.ts';
import { quoteRelation, type SqlStatement } from '../sql-dialect.ts';
import type {
  ChangeOutcome,
  ColumnBatch,
  ColumnDefinition,
  Relation,
  RowOwner,
  RowsBefore,
  Selection,
  TableChange,
  TableDefinition,
  Warehouse,
} from '../warehouse.ts';
import { relationName } from '../warehouse.ts';
import { addedColumns, checkColumns } from '../write-checks.ts';
import { WriteQueue } from '../write-queue.ts';
import { batchOfAnswer } from './batch-of-answer.ts';
import { changeMark } from './change-mark.ts';
import { commitChanges } from './commit-changes.ts';
import { commitDeletions } from './commit-deletions.ts';
import { describeRelation, describeSchema } from './describe-relation.ts';
import { type PreparedChange, prepareChange } from './prepare-change.ts';
import { retry } from './retry.ts';
import type { SnowflakeOptions } from './snowflake-options.ts';
import { SnowflakeSessions } from './snowflake-sessions.ts';
import { snowflakeAddedColumnDdl, snowflakeColumnDdl, snowflakeDialect } from './snowflake-types.ts';
import { groupRows, sortedPortions } from './sorted-portions.ts';
import { unload } from './unload.ts';
import { unloadedBatchesSql, unloadedTableSql } from './unloaded-sql.ts';

/** Up to this many cells a selection is read as rows. A larger one is unloaded to files, which is faster and safer. */
const CELLS_READ_AS_ROWS = 100_000;

/** Snowflake through its Node client. No session is opened before the first read or write. */
export function openSnowflakeWarehouse(options: SnowflakeOptions): Warehouse {
  return new SnowflakeWarehouse(options);
}

class SnowflakeWarehouse implements Warehouse {
  readonly engine = 'snowflake';
  readonly #options: SnowflakeOptions;
  readonly #described = new Map<string, readonly ColumnDefinition[]>();
  readonly #schemasRead = new Set<string>();
  /** Selections that were too large to be read as rows. */
  readonly #large = new Set<string>();
  readonly #sessions: SnowflakeSessions;
  readonly #writes = new WriteQueue();

  constructor(options: SnowflakeOptions) {
    this.#options = options;
    this.#sessions = new SnowflakeSessions(options);
  }

  async describe(relation: Relation): Promise<readonly ColumnDefinition[]> {
    const name = relationName(relation);
    const known = this.#described.get(name);
    if (known !== undefined) return known;
    // The tables of a schema are wanted one after the other: one statement for all of them.
    if (!this.#schemasRead.has(relation.schema)) {
      const described = await this.#sessions.read((session) => describeSchema(session, relation.schema));
      this.#schemasRead.add(relation.schema);
      for (const [other, columns] of described)
        if (!this.#described.has(other)) this.#described.set(other, columns);
      return described.get(name) ?? [];
    }
    const columns = await this.#sessions.read((session) => describeRelation(session, relation));
    if (columns.length > 0) this.#described.set(name, columns);
    return columns;
  }

  async ensureTable(table: TableDefinition): Promise<void> {
    await this.#writes.run(() => this.#ensureTable(table));
  }

  async *read(selection: Selection): AsyncGenerator<ColumnBatch> {
    const columns = await this.#columnsOf(selection);
    const statement = await this.#statement(selection);
    const rowsAtMost = Math.max(1, Math.floor(CELLS_READ_AS_ROWS / columns.length));
    const shape = JSON.stringify([
      relationName(selection.relation),
      selection.columns,
      selection.where.map(({ column, is }) => [column, is]),
    ]);
    if (this.#large.has(shape)) {
      yield* this.#readUnloaded(selection, columns);
      return;
    }
    const few = await this.#sessions.read((session) =>
      session.execute(`${statement.text} limit ${rowsAtMost + 1}`, statement.parameters),
    );
    if (few.rows.length > rowsAtMost) {
      this.#large.add(shape);
      yield* this.#readUnloaded(selection, columns);
    } else if (few.rows.length > 0) yield batchOfAnswer(few, columns);
  }

  async exportParquet(selection: Selection, file: string): Promise<{ readonly rowCount: number }> {
    try {
      const columns = await this.#columnsOf(selection);
      const statement = await this.#statement({ ...selection, orderBy: [] });
      return await withScratch('arriving', async (connection, folder) => {
        const { rowCount, files } = await this.#sessions.read((session) =>
          unload(session, this.#options, connection, folder, statement),
        );
        const { orderBy } = selection;
        const portions = await sortedPortions(connection, { files, rowCount, columns, orderBy });
        // What fits one portion is the same file as the embedded engine writes: snapshots are named by their bytes.
        const group = portions.length === 1 ? '' : `, row_group_size ${groupRows(columns)}`;
        const into = (target: string) => `${sqlText(target)} (format parquet, compression zstd${group})`;
        const write = (portion: string | null, target: string) =>
          connection.run(
            `copy (${unloadedTableSql({ files, portion, columns, orderBy })}) to ${into(target)}`,
          );
        if (portions.length === 1) await replaceFile(file, (partial) => write(null, partial));
        else {
          const parts = portions.map((_, at) => join(folder, `sorted-${at}.parquet`));
          for (const [at, portion] of portions.entries()) await write(portion, parts[at]!);
          await connection.run('set preserve_insertion_order = true');
          const all = `select * from read_parquet([${parts.map(sqlText).join(', ')}])`;
          await replaceFile(file, (partial) => connection.run(`copy (${all}) to ${into(partial)}`));
        }
        return { rowCount };
      });
    } catch (error) {
      if (error instanceof Failure || error instanceof TypeError) throw error;
      throw new OperationFailed({
        where: file,
        what: `${relationName(selection.relation)} could not be written to this file (${reasonOf(error)})`,
        remedy: 'check that the folder exists, can be written to and has space, then run it again',
        cause: error,
      });
    }
  }

  async changeMark(relations: readonly Relation[]): Promise<string | null> {
    return this.#sessions.read((session) => changeMark(session, relations));
  }

  async write(changes: readonly TableChange[]): Promise<readonly ChangeOutcome[]> {
    return this.#writes.run(() =>
      withScratch('leaving', async (connection, folder) => {
        const prepared: PreparedChange[] = [];
        for (const [index, change] of changes.entries())
          prepared.push(await prepareChange(connection, change, index, folder, this.#options));
        // In Snowflake a definition is no part of a transaction, so tables are made only once all rows have passed.
        for (const { table } of changes) await this.#ensureTable(table);
        return commitChanges(this.#sessions, this.#options, prepared);
      }),
    );
  }

  async deleteRowsOf(owner: RowOwner, tables: readonly Relation[]): Promise<readonly number[]> {
    const statements: SqlStatement[] = [];
    for (const table of tables)
      statements.push(deleteRowsOfSql(owner, table, await this.describe(table), snowflakeDialect));
    return this.#writes.run(() => commitDeletions(this.#sessions, this.#options, statements));
  }

  async deleteRowsBefore(tables: readonly RowsBefore[]): Promise<readonly number[]> {
    const statements: SqlStatement[] = [];
    for (const rows of tables)
      statements.push(deleteRowsBeforeSql(rows, await this.describe(rows.relation), snowflakeDialect));
    return this.#writes.run(() => commitDeletions(this.#sessions, this.#options, statements));
  }

  async close(): Promise<void> {
    await this.#writes.idle();
    await this.#sessions.close();
  }

  async *#readUnloaded(
    selection: Selection,
    columns: readonly ColumnDefinition[],
  ): AsyncGenerator<ColumnBatch> {
    const statement = await this.#statement({ ...selection, orderBy: [] });
    const scratch = await openScratch('arriving');
    try {
      const { connection, folder } = scratch;
      const { files, rowCount } = await this.#sessions.read((session) =>
        unload(session, this.#options, connection, folder, statement),
      );
      if (files === null) return;
      const { orderBy } = selection;
      for (const portion of await sortedPortions(connection, { files, rowCount, columns, orderBy })) {
        const text = unloadedBatchesSql({ files, portion, columns, orderBy });
        yield* streamBatches(connection, { text, parameters: [] }, columns);
      }
    } finally {
      scratch.close();
    }
  }

  async #columnsOf(selection: Selection): Promise<readonly ColumnDefinition[]> {
    let known = await this.describe(selection.relation);
    if (selection.columns.some((wanted) => !known.some(({ name }) => name === wanted))) {
      // A later version may have added it since.
      this.#described.delete(relationName(selection.relation));
      known = await this.describe(selection.relation);
    }
    return selection.columns.flatMap((name) => known.find((column) => column.name === name) ?? []);
  }

  async #statement(selection: Selection): Promise<SqlStatement> {
    return selectionSql(selection, await this.describe(selection.relation), snowflakeDialect);
  }

  async #addColumns(relation: Relation, added: readonly ColumnDefinition[]): Promise<void> {
    const target = quoteRelation(relation, snowflakeDialect);
    await retry(this.#options, () =>
      this.#sessions.write(async (session) => {
        // A retry finds what the attempt before it added.
        const held = (await describeRelation(session, relation)).map(({ name }) => name);
        for (const column of added.filter(({ name }) => !held.includes(name)))
          await session.execute(`alter table ${target} add column ${snowflakeAddedColumnDdl(column)}`);
      }),
    );
    this.#described.delete(relationName(relation));
  }

  async #ensureTable(table: TableDefinition): Promise<void> {
    const existing = await this.describe(table.relation);
    if (existing.length > 0) {
      const added = addedColumns(table, existing);
      checkColumns(
        table,
        [...existing, ...added],
        'alter the table to the columns of this version, or use the version that made it',
      );
      if (added.length > 0) await this.#addColumns(table.relation, added);
      return;
    }
    const { schema } = table.relation;
    const policy = this.#options.rowAccessPolicy;
    const guard =
      policy !== null && table.columns.some(({ name }) => name === 'tenant_id')
        ? ` with row access policy ${policy} on ("TENANT_ID")`
        : '';
    await retry(this.#options, () =>
      this.#sessions.write(async (session) => {
        await session.execute(`create schema if not exists ${snowflakeDialect.quote(schema)}`);
        await session.execute(
          `create table if not exists ${quoteRelation(table.relation, snowflakeDialect)} (${table.columns.map(snowflakeColumnDdl).join(', ')})${guard}`,
        );
      }),
    );
  }
}
