import { Failure, OperationFailed, reasonOf } from '../../contract/failure.ts';
import { type Cell, columnBatchOfRows } from '../column-batch-of-rows.ts';
import { duckDbType, sqlText } from '../duckdb/duckdb-types.ts';
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
  Selection,
  TableChange,
  TableDefinition,
  Warehouse,
} from '../warehouse.ts';
import { relationName } from '../warehouse.ts';
import { checkColumns } from '../write-checks.ts';
import { WriteQueue } from '../write-queue.ts';
import { commitChanges } from './commit-changes.ts';
import { type PreparedChange, prepareChange } from './prepare-change.ts';
import { retry } from './retry.ts';
import type { SnowflakeOptions } from './snowflake-options.ts';
import type { SnowflakeSession, StatementRows } from './snowflake-session.ts';
import { SnowflakeSessions } from './snowflake-sessions.ts';
import { columnTypeOf, snowflakeColumnDdl, snowflakeDialect, unloadedColumn } from './snowflake-types.ts';
import { unload } from './unload.ts';

/** Selections of no more cells are read as rows. Larger ones are unloaded to files, which is faster and survives longer. */
const CELLS_READ_AS_ROWS = 100_000;

/**
 * Snowflake through its Node client. No session is opened before the first read or write.
 */
export function openSnowflakeWarehouse(options: SnowflakeOptions): Warehouse {
  return new SnowflakeWarehouse(options);
}

class SnowflakeWarehouse implements Warehouse {
  readonly engine = 'snowflake';
  readonly #options: SnowflakeOptions;
  readonly #described = new Map<string, readonly ColumnDefinition[]>();
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
    const few = await this.#sessions.read((session) =>
      session.execute(`${statement.text} limit ${rowsAtMost + 1}`, statement.parameters),
    );
    if (few.rows.length <= rowsAtMost) {
      if (few.rows.length > 0)
        yield columnBatchOfRows(
          columns,
          few.rows.map((row) => cellsOf(row, columns)),
        );
      return;
    }
    yield* this.#readUnloaded(selection, columns);
  }

  async exportParquet(selection: Selection, file: string): Promise<{ readonly rowCount: number }> {
    try {
      const columns = await this.#columnsOf(selection);
      const statement = await this.#statement(unordered(selection));
      return await withScratch('arriving', async (connection, folder) => {
        const { rowCount, files } = await this.#sessions.read((session) =>
          unload(session, this.#options, connection, folder, statement),
        );
        const rows =
          files === null
            ? `select ${columns.map(({ name, type }) => `null::${duckDbType(type)} as "${name}"`).join(', ')} where false`
            : `select ${columns.map(unloadedColumn).join(', ')} from read_parquet(${sqlText(files)})${orderOf(selection)}`;
        await replaceFile(file, (partialFile) =>
          connection.run(`copy (${rows}) to ${sqlText(partialFile)} (format parquet, compression zstd)`),
        );
        return { rowCount };
      });
    } catch (error) {
      if (error instanceof Failure || error instanceof TypeError) throw error;
      throw new OperationFailed({
        where: file,
        what: `${relationName(selection.relation)} could not be written to it (${reasonOf(error)})`,
        remedy: 'check that the folder exists, can be written to and has space, then run it again',
        cause: error,
      });
    }
  }

  async write(changes: readonly TableChange[]): Promise<readonly ChangeOutcome[]> {
    return this.#writes.run(() =>
      withScratch('leaving', async (connection, folder) => {
        const prepared: PreparedChange[] = [];
        for (const [index, change] of changes.entries())
          prepared.push(await prepareChange(connection, change, index, folder));
        // In Snowflake a definition is no part of a transaction, so tables are made only once all rows have passed.
        for (const { table } of changes) await this.#ensureTable(table);
        return commitChanges(this.#sessions, this.#options, prepared);
      }),
    );
  }

  async close(): Promise<void> {
    await this.#writes.idle();
    await this.#sessions.close();
  }

  async *#readUnloaded(
    selection: Selection,
    columns: readonly ColumnDefinition[],
  ): AsyncGenerator<ColumnBatch> {
    const statement = await this.#statement(unordered(selection));
    const scratch = await openScratch('arriving');
    try {
      const { files } = await this.#sessions.read((session) =>
        unload(session, this.#options, scratch.connection, scratch.folder, statement),
      );
      if (files === null) return;
      const list = columns.map(({ name, type }) =>
        type === 'timestamp'
          ? `"${name}"::double / 1000`
          : type === 'text' || type === 'json'
            ? `"${name}"::varchar`
            : `"${name}"::double`,
      );
      const text = `select ${list.join(', ')} from read_parquet(${sqlText(files)})${orderOf(selection)}`;
      yield* streamBatches(scratch.connection, { text, parameters: [] }, columns);
    } finally {
      scratch.close();
    }
  }

  async #columnsOf(selection: Selection): Promise<readonly ColumnDefinition[]> {
    const known = await this.describe(selection.relation);
    return selection.columns.flatMap((name) => known.find((column) => column.name === name) ?? []);
  }

  async #statement(selection: Selection): Promise<SqlStatement> {
    return selectionSql(selection, await this.describe(selection.relation), snowflakeDialect);
  }

  async #ensureTable(table: TableDefinition): Promise<void> {
    const existing = await this.describe(table.relation);
    if (existing.length > 0) {
      checkColumns(
        table,
        existing,
        'alter the table to the columns of this version, or use the version that made it',
      );
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

/** Snowflake answers times in microseconds, the port speaks of milliseconds. */
function cellsOf(
  row: StatementRows['rows'][number],
  columns: readonly ColumnDefinition[],
): Readonly<Record<string, Cell>> {
  return Object.fromEntries(
    columns.map(({ name, type }, index) => {
      const value = row[index] ?? null;
      return [name, type === 'timestamp' && value !== null ? Number(value) / 1000 : value];
    }),
  );
}

async function describeRelation(
  session: SnowflakeSession,
  { schema, name }: Relation,
): Promise<readonly ColumnDefinition[]> {
  const { rows } = await session.execute(
    `select column_name, data_type, is_nullable, numeric_scale from information_schema.columns
     where table_schema = ? and table_name = ? order by ordinal_position`,
    [schema.toUpperCase(), name.toUpperCase()],
  );
  return rows.map(([column, type, nullable, scale]) => ({
    name: String(column).toLowerCase(),
    type: columnTypeOf(String(type), scale === null || scale === undefined ? null : Number(scale)),
    nullable: nullable === 'YES',
  }));
}

/** Files of one unload come in no order, so the order is made where they arrive. */
function unordered({ orderBy: _, ...selection }: Selection): Selection {
  return selection;
}

function orderOf({ orderBy = [] }: Selection): string {
  return orderBy.length === 0 ? '' : ` order by ${orderBy.map((name) => `"${name}"`).join(', ')}`;
}
