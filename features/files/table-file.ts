import { statSync } from 'node:fs';
import { BadInput, Failure } from '../contract/failure.ts';
import { columnTypeOf, duckDbDialect, sqlText } from '../warehouse/duckdb/duckdb-types.ts';
import { type FileEngine, openFileEngine } from '../warehouse/duckdb/file-engine.ts';
import type { ColumnBatch, ColumnDefinition } from '../warehouse/warehouse.ts';
import { closestName } from './closest-name.ts';
import { type CsvHeader, readCsvHeader } from './csv-header.ts';
import type { FieldReading, Reject } from './field-reading.ts';
import { readingSql, rejectAt } from './field-reading.ts';
import { type DecimalMark, inferColumnTypes } from './infer-column-types.ts';

const CSV = /\.(csv|tsv)(\.gz)?$/i;
const PARQUET = /\.parquet$/i;

/**
 * Opens a CSV (.csv, .tsv, either with .gz) or Parquet file as a table of typed columns.
 * CSV columns are text, an empty field is null. Close it after use.
 *
 * @throws BadInput when the file is absent, empty, of another kind or unreadable
 */
export async function openTableFile(file: string): Promise<TableFile> {
  checkFile(file);
  const opened = new TableFile(file, await openFileEngine());
  try {
    await opened.open();
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  }
}

export class TableFile {
  readonly file: string;
  /** Columns in file order. */
  columns: readonly ColumnDefinition[] = [];
  readonly #engine: FileEngine;
  #source = '';
  #decimalMark: DecimalMark = 'point';

  constructor(file: string, engine: FileEngine) {
    this.file = file;
    this.#engine = engine;
  }

  async open(): Promise<void> {
    await this.#guarded(async () => {
      if (CSV.test(this.file)) {
        const header = await readCsvHeader(this.file);
        this.#source = csvSource(this.file, header);
        // Where the comma marks decimals, it cannot part columns.
        if (header.delimiter === ';') this.#decimalMark = 'comma';
      } else this.#source = `read_parquet(${sqlText(globless(this.file))})`;
      await this.#describe();
    });
  }

  /** Rows in file order. */
  async *read(columns: readonly string[]): AsyncGenerator<ColumnBatch> {
    const selected = columns.map((name) => this.#column(name));
    const list = selected.map((column) => duckDbDialect.project(quoted(column.name), column));
    try {
      yield* this.#engine.stream(`select ${list.join(', ')} from ${this.#source}`, selected);
    } catch (error) {
      throw this.#unreadable(error);
    }
  }

  /** Rows that cannot be read as asked, in file order, each with its first offence. */
  async *rejects(readings: readonly FieldReading[]): AsyncGenerator<Reject> {
    const { text, columns } = readingSql(readings, this.columns, this.#source).rejects;
    try {
      for await (const batch of this.#engine.stream(text, columns))
        for (let row = 0; row < batch.rowCount; row++) yield rejectAt(batch, row, readings);
    } catch (error) {
      throw this.#unreadable(error);
    }
  }

  /** Writes all rows, read as asked, to a Parquet file in the readings' order and types. */
  async convert(readings: readonly FieldReading[], parquetFile: string): Promise<{ rowCount: number }> {
    const { convert } = readingSql(readings, this.columns, this.#source);
    const sql = `copy (${convert}) to ${sqlText(parquetFile)} (format parquet)`;
    return this.#guarded(async () => ({ rowCount: await this.#engine.run(sql) }));
  }

  /** Takes the file into memory and gives text columns that hold only numbers, booleans or times their type. */
  async inferTypes(keepAsText: readonly string[]): Promise<void> {
    await this.#guarded(async () => {
      await this.#engine.run(`create temp table whole_file as from ${this.#source}`);
      this.#source = await inferColumnTypes(
        this.#engine,
        'whole_file',
        this.columns,
        keepAsText,
        this.#decimalMark,
      );
      await this.#describe();
    });
  }

  async close(): Promise<void> {
    this.#engine.close();
  }

  #column(name: string): ColumnDefinition {
    const column = this.columns.find((candidate) => candidate.name === name);
    if (column !== undefined) return column;
    const names = this.columns.map((candidate) => candidate.name);
    const closest = closestName(name, names);
    throw new BadInput({
      where: this.file,
      what: `there is no column ${name}`,
      remedy: closest === undefined ? `the file has ${names.join(', ')}` : `did you mean ${closest}?`,
    });
  }

  async #describe(): Promise<void> {
    const described = await this.#engine.rows(`describe from ${this.#source}`);
    this.columns = described.map(([name, type]) => ({
      name: String(name),
      type: columnTypeOf(String(type)),
      nullable: true,
    }));
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.#unreadable(error);
    }
  }

  #unreadable(error: unknown): unknown {
    if (error instanceof Failure || error instanceof TypeError) return error;
    const message = error instanceof Error ? error.message : String(error);
    return new BadInput({
      where: this.file,
      what: `the file cannot be read (${reason(message)})`,
      remedy: 'give a CSV file in UTF-8 with a header, or a Parquet file, and let the name end in what it is',
      cause: error,
    });
  }
}

function checkFile(file: string): void {
  const refuse = (what: string, remedy: string, cause?: unknown): BadInput =>
    new BadInput({ where: file, what, remedy, cause });
  if (!CSV.test(file) && !PARQUET.test(file))
    throw refuse(
      'the name does not say what kind of table it is',
      'give a file that ends in .csv, .csv.gz, .tsv, .tsv.gz or .parquet',
    );
  let size: number;
  try {
    const stat = statSync(file);
    if (!stat.isFile()) throw refuse('this is not a file', 'give the path of one file');
    size = stat.size;
  } catch (error) {
    if (error instanceof Failure) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw refuse(
      code === 'ENOENT' ? 'there is no such file' : `the file cannot be read (${code})`,
      'check the path',
      error,
    );
  }
  if (size === 0) throw refuse('the file is empty', 'give a file with a header and rows');
}

function csvSource(file: string, { delimiter, names }: CsvHeader): string {
  const columns = names.map((name) => `${sqlText(name)}: 'VARCHAR'`).join(', ');
  return `read_csv(${sqlText(globless(file))}, auto_detect = false, header = true, delim = ${sqlText(delimiter)},
    quote = '"', escape = '"', strict_mode = true, columns = {${columns}})`;
}

/** The engine takes these characters in a path for a pattern; a class of one is the character itself. */
function globless(file: string): string {
  return file.replaceAll(/[*?[]/g, (character) => `[${character}]`);
}

/** File columns may have any name, quotes included. */
function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The first lines of an engine error that say what and where. */
function reason(message: string): string {
  const lines = message.split('\n').map((line) => line.trim());
  const line = lines.find((candidate) =>
    /^(Expected Number of Columns|Value with unterminated|Invalid unicode)/.test(candidate),
  );
  const at = /CSV Error on Line: (\d+)/.exec(message);
  return at && line ? `line ${at[1]}: ${line}` : lines[0]!.replace(/^[A-Z][A-Za-z ]*Error: /, '');
}
