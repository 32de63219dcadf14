import { randomUUID } from 'node:crypto';
import { renameSync, rmSync } from 'node:fs';
import { Failure, OperationFailed } from '../../contract/failure.ts';
import { type Cell, columnBatchOfRows } from '../column-batch-of-rows.ts';
import { duckDbType, sqlText } from '../duckdb/duckdb-types.ts';
import { openScratch, withScratch } from '../duckdb/scratch.ts';
import { streamBatches } from '../duckdb/stream-batches.ts';
import { quoteRelation, type SqlStatement, selectionSql } from '../selection-sql.ts';
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
import { tryAgain } from './retry.ts';
import { CommitUnknown, PassingFailure } from './snowflake-failure.ts';
import type { SnowflakeOptions } from './snowflake-options.ts';
import { SnowflakeSession, type StatementRows } from './snowflake-session.ts';
import { columnTypeOf, snowflakeColumnDdl, snowflakeDialect, unloadedColumn } from './snowflake-types.ts';
import { applyStaged, type PreparedChange, prepareChange, stageInSnowflake } from './snowflake-write.ts';
import { unload } from './unload.ts';

/** Selections of up to so many cells are read as rows; beyond, unloading to files is faster and survives longer. */
const CELLS_READ_AS_ROWS = 100_000;

/**
 * Snowflake through its Node client. Sessions are opened when first needed: one that reads and one that writes,
 * because a transaction belongs to its session. A session that was lost is replaced.
 */
export function openSnowflakeWarehouse(options: SnowflakeOptions): Warehouse {
  return new SnowflakeWarehouse(options);
}

class SnowflakeWarehouse implements Warehouse {
  readonly engine = 'snowflake';
  readonly #options: SnowflakeOptions;
  readonly #described = new Map<string, readonly ColumnDefinition[]>();
  #reading: Promise<SnowflakeSession> | undefined;
  #writing: Promise<SnowflakeSession> | undefined;
  #lastWrite: Promise<unknown> = Promise.resolve();

  constructor(options: SnowflakeOptions) {
    this.#options = options;
  }

  async describe(relation: Relation): Promise<readonly ColumnDefinition[]> {
    const name = relationName(relation);
    const known = this.#described.get(name);
    if (known !== undefined) return known;
    const columns = await this.#read((session) => describeRelation(session, relation));
    if (columns.length > 0) this.#described.set(name, columns);
    return columns;
  }

  async ensureTable(table: TableDefinition): Promise<void> {
    await this.#queued(() => this.#ensureTable(table));
  }

  async *read(selection: Selection): AsyncGenerator<ColumnBatch> {
    const columns = await this.#columnsOf(selection);
    const statement = await this.#statement(selection);
    const rowsAtMost = Math.max(1, Math.floor(CELLS_READ_AS_ROWS / columns.length));
    const few = await this.#read((session) =>
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
    const beside = `${file}.${randomUUID()}.partial`;
    try {
      const columns = await this.#columnsOf(selection);
      const statement = await this.#statement(unordered(selection));
      return await withScratch('arriving', async (connection, folder) => {
        const { rowCount, files } = await this.#read((session) =>
          unload(session, this.#options, connection, folder, statement),
        );
        const rows =
          files === null
            ? `select ${columns.map(({ name, type }) => `null::${duckDbType(type)} as "${name}"`).join(', ')} where false`
            : `select ${columns.map(unloadedColumn).join(', ')} from read_parquet(${sqlText(files)})${orderOf(selection)}`;
        await connection.run(`copy (${rows}) to ${sqlText(beside)} (format parquet, compression zstd)`);
        renameSync(beside, file);
        return { rowCount };
      });
    } catch (error) {
      rmSync(beside, { force: true });
      if (error instanceof Failure || error instanceof TypeError) throw error;
      throw new OperationFailed({
        where: file,
        what: `${relationName(selection.relation)} could not be written to it (${error instanceof Error ? error.message.split('\n', 1)[0] : String(error)})`,
        remedy: 'check that the folder exists, can be written to and has space, then run it again',
        cause: error,
      });
    }
  }

  async write(changes: readonly TableChange[]): Promise<readonly ChangeOutcome[]> {
    return this.#queued(() =>
      withScratch('leaving', async (connection, folder) => {
        const prepared: PreparedChange[] = [];
        for (const [index, change] of changes.entries())
          prepared.push(await prepareChange(connection, change, index, folder));
        // A definition is no part of a transaction in Snowflake, so only rows that passed may bring a table about.
        for (const { table } of changes) await this.#ensureTable(table);
        return this.#land(prepared);
      }),
    );
  }

  async close(): Promise<void> {
    await this.#lastWrite.catch(() => undefined);
    for (const session of [this.#reading, this.#writing])
      await session?.then((open) => open.close()).catch(() => undefined);
  }

  async *#readUnloaded(
    selection: Selection,
    columns: readonly ColumnDefinition[],
  ): AsyncGenerator<ColumnBatch> {
    const statement = await this.#statement(unordered(selection));
    const scratch = await openScratch('arriving');
    try {
      const { files } = await this.#read((session) =>
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
      refuseOtherColumns(table, existing);
      return;
    }
    const { schema } = table.relation;
    const policy = this.#options.rowAccessPolicy;
    const guard =
      policy !== null && table.columns.some(({ name }) => name === 'tenant_id')
        ? ` with row access policy ${policy} on ("TENANT_ID")`
        : '';
    await tryAgain(this.#options, () =>
      this.#write(async (session) => {
        await session.execute(`create schema if not exists ${snowflakeDialect.quote(schema)}`);
        await session.execute(
          `create table if not exists ${quoteRelation(table.relation, snowflakeDialect)} (${table.columns.map(snowflakeColumnDdl).join(', ')})${guard}`,
        );
      }),
    );
  }

  /** All changes or none. Tried again on a new session for as long as nothing can have been committed. */
  async #land(prepared: readonly PreparedChange[]): Promise<readonly ChangeOutcome[]> {
    const isRepeatable = prepared.every(({ change }) => change.mode !== 'append');
    return tryAgain(this.#options, async () => {
      try {
        return await this.#write((session) => landOnce(session, this.#options, prepared));
      } catch (error) {
        // Merging the same rows again changes nothing, so an unknown end is no reason to give up.
        if (error instanceof CommitUnknown && isRepeatable) throw new PassingFailure({ ...detailOf(error) });
        throw error;
      }
    });
  }

  #read<Result>(work: (session: SnowflakeSession) => Promise<Result>): Promise<Result> {
    return tryAgain(this.#options, async () => {
      this.#reading ??= SnowflakeSession.open(this.#options);
      try {
        return await work(await this.#reading);
      } catch (error) {
        if (error instanceof PassingFailure) await this.#forget('reading');
        throw error;
      }
    });
  }

  async #write<Result>(work: (session: SnowflakeSession) => Promise<Result>): Promise<Result> {
    this.#writing ??= SnowflakeSession.open(this.#options);
    try {
      return await work(await this.#writing);
    } catch (error) {
      // Whatever the session still holds, locks among it, goes with it.
      await this.#forget('writing');
      throw error;
    }
  }

  async #forget(which: 'reading' | 'writing'): Promise<void> {
    const session = which === 'reading' ? this.#reading : this.#writing;
    if (which === 'reading') this.#reading = undefined;
    else this.#writing = undefined;
    await session?.then((open) => open.close()).catch(() => undefined);
  }

  #queued<Result>(work: () => Promise<Result>): Promise<Result> {
    const run = this.#lastWrite.catch(() => undefined).then(work);
    this.#lastWrite = run;
    return run;
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

async function landOnce(
  session: SnowflakeSession,
  options: SnowflakeOptions,
  prepared: readonly PreparedChange[],
): Promise<readonly ChangeOutcome[]> {
  const staged = [];
  for (const change of prepared) staged.push(await stageInSnowflake(session, options, change));
  await session.execute('begin transaction');
  const outcomes: ChangeOutcome[] = [];
  try {
    for (const change of staged) outcomes.push(await applyStaged(session, change));
  } catch (error) {
    await session.execute('rollback').catch(() => undefined);
    throw error;
  }
  try {
    await session.execute('commit');
  } catch (error) {
    if (!(error instanceof PassingFailure)) throw error;
    throw new CommitUnknown({
      ...detailOf(error),
      remedy: 'it may have taken effect: run it again, what is there already is left as it is',
    });
  }
  for (const { stage } of staged)
    await session.execute(`drop table if exists ${stage}`).catch(() => undefined);
  return outcomes;
}

function detailOf({ where, what, remedy, cause }: OperationFailed) {
  return { where, what, remedy, cause };
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

function refuseOtherColumns(table: TableDefinition, existing: readonly ColumnDefinition[]): void {
  const found = existing.map(({ name, type }) => `${name} ${type}`).sort();
  const wanted = table.columns.map(({ name, type }) => `${name} ${type}`).sort();
  if (found.join() === wanted.join()) return;
  const unexpected = found.filter((column) => !wanted.includes(column));
  const lacking = wanted.filter((column) => !found.includes(column));
  throw new OperationFailed({
    where: relationName(table.relation),
    what: `the table has other columns than this version writes (has ${unexpected.join(', ') || 'nothing else'}, lacks ${lacking.join(', ') || 'nothing'})`,
    remedy: 'alter the table to the columns of this version, or use the version that made it',
  });
}

/** Files of one unload come in no order, so the order is made where they arrive. */
function unordered({ orderBy: _, ...selection }: Selection): Selection {
  return selection;
}

function orderOf({ orderBy = [] }: Selection): string {
  return orderBy.length === 0 ? '' : ` order by ${orderBy.map((name) => `"${name}"`).join(', ')}`;
}
