import { BadInput } from '../contract/failure.ts';
import { columnTypeOf, duckDbDialect, sqlText } from '../warehouse/duckdb/duckdb-types.ts';
import { type FileEngine, openFileEngine } from '../warehouse/duckdb/file-engine.ts';
import type { ColumnBatch, ColumnDefinition } from '../warehouse/warehouse.ts';
import { checkTableFile } from './check-table-file.ts';
import { closestName } from './closest-name.ts';
import { readCsvHeader } from './csv-header.ts';
import type { FieldReading, Reject } from './field-reading.ts';
import { quotedField } from './field-value-sql.ts';
import { inferColumnTypes } from './infer-column-types.ts';
import { type Occurrences, withOccurrenceIds } from './occurrences.ts';
import { copyWithoutRaggedLines, type RaggedLine } from './ragged-lines.ts';
import { readingSql, rejectAt } from './reading-sql.ts';
import { csvSql, decimalMarkOf, type TableSource, tableSource } from './table-source.ts';
import { RaggedFile, unreadableFile } from './unreadable-file.ts';

/**
 * Opens a CSV (.csv, .tsv, either with .gz) or Parquet file as a table of typed columns.
 * CSV columns are text, an empty field is null. Close it after use.
 *
 * @throws BadInput when the file is absent, empty, of another type or unreadable
 */
export async function openTableFile(file: string): Promise<TableFile> {
  checkTableFile(file);
  const engine = await openFileEngine();
  try {
    const source = await tableSource(file);
    return new TableFile(file, engine, source, await describe(engine, source.sql));
  } catch (error) {
    engine.close();
    throw unreadableFile(file, error);
  }
}

/**
 * Works with a file as openTableFile opens it, and closes it. Where lines of a CSV file turn out to have more or fewer fields
 * than the header, the work begins again without them; `ragged` of the table has them.
 *
 * @param copy Where a copy without such lines is written, if there are any; the table is then read from there.
 * @throws BadInput when such lines are too many to be accidents, and what openTableFile and the work throw
 */
export async function withTableFile<Result>(
  file: string,
  copy: string,
  work: (table: TableFile) => Promise<Result>,
): Promise<Result> {
  const workOn = async (table: TableFile): Promise<Result> => {
    try {
      return await work(table);
    } finally {
      await table.close();
    }
  };
  try {
    return await workOn(await openTableFile(file));
  } catch (error) {
    if (!(error instanceof RaggedFile)) throw error;
    return await workOn(await openRaggedFile(file, copy, error));
  }
}

async function openRaggedFile(file: string, copy: string, error: RaggedFile): Promise<TableFile> {
  const header = await readCsvHeader(file);
  const ragged = await copyWithoutRaggedLines(file, header, ROW_OF_THE_FILE, copy);
  if (ragged === undefined) throw error;
  const numbered = { ...header, names: [ROW_OF_THE_FILE, ...header.names] };
  const source = {
    sql: csvSql(copy, numbered, [ROW_OF_THE_FILE]),
    decimalMark: decimalMarkOf(header),
  };
  const columns = header.names.map((name): ColumnDefinition => ({ name, type: 'text', nullable: true }));
  return new TableFile(file, await openFileEngine(), source, columns, ROW_OF_THE_FILE, ragged);
}

/**
 * Rows that were made of a file's rows, as a table of its own. Close it after use.
 *
 * @param file What the rows were made of; messages name it.
 * @param columns Texts and numbers only.
 * @param rowNumberColumn The column that holds each row's number in that file.
 */
export async function tableOfRows(
  file: string,
  columns: readonly ColumnDefinition[],
  batches: AsyncIterable<ColumnBatch>,
  rowNumberColumn: string,
): Promise<TableFile> {
  const engine = await openFileEngine();
  try {
    await engine.load('made_rows', columns, batches);
    return new TableFile(file, engine, { sql: 'made_rows', decimalMark: 'point' }, columns, rowNumberColumn);
  } catch (error) {
    engine.close();
    throw error;
  }
}

export interface ConvertOptions {
  /** Numbers of rows that are left out. */
  readonly without?: Iterable<number>;
  readonly occurrences?: Occurrences | undefined;
}

export class TableFile {
  readonly file: string;
  /** Absent where the rows are those of the file, in its order. */
  readonly rowNumberColumn: string | undefined;
  /** Lines of the file that are no rows, because the number of their fields is wrong. */
  readonly ragged: readonly RaggedLine[];
  readonly #engine: FileEngine;
  #source: TableSource;
  #columns: readonly ColumnDefinition[];

  constructor(
    file: string,
    engine: FileEngine,
    source: TableSource,
    columns: readonly ColumnDefinition[],
    rowNumberColumn?: string,
    ragged: readonly RaggedLine[] = [],
  ) {
    this.file = file;
    this.rowNumberColumn = rowNumberColumn;
    this.ragged = ragged;
    this.#engine = engine;
    this.#source = source;
    this.#columns = columns;
  }

  /** Columns in file order. */
  get columns(): readonly ColumnDefinition[] {
    return this.#columns;
  }

  /** Rows in file order. */
  read(columns: readonly string[]): AsyncGenerator<ColumnBatch> {
    return this.#stream(columns.map((name) => this.#column(name)));
  }

  /** Rows in file order, every value as text. */
  readTexts(columns: readonly string[]): AsyncGenerator<ColumnBatch> {
    return this.#stream(columns.map((name) => ({ ...this.#column(name), type: 'text' })));
  }

  async *#stream(selected: readonly ColumnDefinition[]): AsyncGenerator<ColumnBatch> {
    const list = selected.map((column) => duckDbDialect.project(quotedField(column.name), column));
    try {
      yield* this.#engine.stream(`select ${list.join(', ')} from ${this.#source.sql}`, selected);
    } catch (error) {
      throw unreadableFile(this.file, error);
    }
  }

  /** Rows that cannot be read as asked, in file order, each with its first offence. */
  async *rejects(readings: readonly FieldReading[]): AsyncGenerator<Reject> {
    const { text, columns } = readingSql(readings, this.#columns, this.#source.sql, {
      rowNumberColumn: this.rowNumberColumn,
    }).rejects;
    try {
      for await (const batch of this.#engine.stream(text, columns))
        for (let row = 0; row < batch.rowCount; row++) yield rejectAt(batch, row, readings);
    } catch (error) {
      throw unreadableFile(this.file, error);
    }
  }

  /** Writes the rows, read as asked, to a Parquet file in the readings' order and types. */
  async convert(
    readings: readonly FieldReading[],
    parquetFile: string,
    { without = [], occurrences }: ConvertOptions = {},
  ): Promise<{ rowCount: number }> {
    const numbers = Float64Array.from(without);
    try {
      if (numbers.length > 0) await this.#engine.load('left_out', [ROW], batchOf(numbers));
      const { convert } = readingSql(readings, this.#columns, this.#source.sql, {
        rowNumberColumn: this.rowNumberColumn,
        leftOut: numbers.length > 0 ? 'left_out' : undefined,
      });
      const rows = occurrences === undefined ? convert : withOccurrenceIds(convert, occurrences);
      const rowCount = await this.#engine.run(`copy (${rows}) to ${sqlText(parquetFile)} (format parquet)`);
      return { rowCount };
    } catch (error) {
      throw unreadableFile(this.file, error);
    }
  }

  /** Takes the file into memory and gives text columns that hold only numbers, booleans or times their type. */
  async inferTypes(keepAsText: readonly string[]): Promise<void> {
    const { sql, decimalMark } = this.#source;
    try {
      await this.#engine.run(`create temp table whole_file as from ${sql}`);
      const typed = await inferColumnTypes(
        this.#engine,
        'whole_file',
        this.#columns,
        keepAsText,
        decimalMark,
      );
      this.#source = { sql: typed, decimalMark };
      this.#columns = await describe(this.#engine, typed);
    } catch (error) {
      throw unreadableFile(this.file, error);
    }
  }

  async close(): Promise<void> {
    this.#engine.close();
  }

  #column(name: string): ColumnDefinition {
    const column = this.#columns.find((candidate) => candidate.name === name);
    if (column !== undefined) return column;
    if (name === this.rowNumberColumn) return { name, type: 'number', nullable: false };
    const names = this.#columns.map((candidate) => candidate.name);
    const closest = closestName(name, names);
    throw new BadInput({
      where: this.file,
      what: `there is no column ${name}`,
      remedy: closest === undefined ? `the file has ${names.join(', ')}` : `did you mean ${closest}?`,
    });
  }
}

/** The column of a copy without ragged lines that numbers its rows as the file does. */
const ROW_OF_THE_FILE = 'row of the file';

const ROW: ColumnDefinition = { name: 'row', type: 'number', nullable: false };

async function* batchOf(rowNumbers: Float64Array): AsyncGenerator<ColumnBatch> {
  yield {
    rowCount: rowNumbers.length,
    columns: new Map([[ROW.name, { kind: 'numeric', type: 'number', values: rowNumbers }]]),
  };
}

async function describe(engine: FileEngine, source: string): Promise<readonly ColumnDefinition[]> {
  const described = await engine.rows(`describe from ${source}`);
  return described.map(([name, type]) => ({
    name: String(name),
    type: columnTypeOf(String(type)),
    nullable: true,
  }));
}
