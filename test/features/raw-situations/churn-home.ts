import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { createProgram } from '../../../cli/program.ts';
import { Failure } from '../../../features/contract/failure.ts';
import { openDuckDbWarehouse } from '../../../features/warehouse/duckdb/duckdb-warehouse.ts';
import type { EmbeddedWarehouse, Selection } from '../../../features/warehouse/warehouse.ts';
import { type Row, rowsOf } from '../marts/small-raw-layer.ts';

/** What a person sees of one command: all that it printed, results and remarks alike, and its exit status. */
export interface Seen {
  readonly status: number;
  readonly text: string;
}

/** A home that is filled and read with the `churn` command, as a person would. */
export interface ChurnHome {
  churn(...args: readonly string[]): Promise<Seen>;
  /** Writes a CSV file of the given rows and imports it. */
  bring(table: string, rows: readonly Row[], ...options: readonly string[]): Promise<Seen>;
  bringText(table: string, csv: string, ...options: readonly string[]): Promise<Seen>;
  rows(schema: string, name: string, where?: Selection['where']): Promise<Row[]>;
  /** Opens the warehouse for what no command does, and closes it. */
  using<Result>(work: (warehouse: EmbeddedWarehouse) => Promise<Result>): Promise<Result>;
  /** Rows of a mart of one account by as-of date. */
  history(mart: string, tenant: string, account: string): Promise<Readonly<Record<string, Row>>>;
  remove(): void;
}

export function openChurnHome(): ChurnHome {
  const folder = mkdtempSync(join(tmpdir(), 'raw-situations-'));
  const home = join(folder, 'home');
  let files = 0;

  const churn = (...args: readonly string[]) => runInProcess(home, args);
  async function bringText(table: string, csv: string, ...options: readonly string[]): Promise<Seen> {
    const file = join(folder, `${table}-${++files}.csv`);
    writeFileSync(file, csv);
    const seen = await churn('import', table, file, ...options);
    return { ...seen, text: seen.text.replaceAll(file, 'FILE') };
  }
  async function using<Result>(work: (warehouse: EmbeddedWarehouse) => Promise<Result>): Promise<Result> {
    const warehouse = await openDuckDbWarehouse({ file: join(home, 'warehouse.duckdb') });
    try {
      return await work(warehouse);
    } finally {
      await warehouse.close();
    }
  }
  const rows = (schema: string, name: string, where: Selection['where'] = []) =>
    using((warehouse) => rowsOf(warehouse, schema, name, where));
  return {
    churn,
    using,
    bringText,
    bring: (table, content, ...options) => bringText(table, csvOf(content), ...options),
    rows,
    history: async (mart, tenant, account) => {
      const ofAccount = [
        { column: 'tenant_id', is: '=', value: tenant },
        { column: 'account_id', is: '=', value: account },
      ] as const;
      const found = await rows('analytics', mart, ofAccount);
      return Object.fromEntries(found.map((row) => [row.as_of_date, row]));
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What `cli/main.ts` does, without the half second that a process needs to start. */
async function runInProcess(home: string, args: readonly string[]): Promise<Seen> {
  let text = '';
  const write = (chunk: unknown): boolean => {
    text += String(chunk);
    return true;
  };
  vi.stubEnv('CHURN_HOME', home);
  const streams = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation(write),
  );
  try {
    await createProgram().parseAsync(['node', 'churn', ...args]);
    return { status: Number(process.exitCode ?? 0), text };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { status: error.exitCode, text: `${text}churn: ${error.message}\n` };
  } finally {
    process.exitCode = undefined;
    for (const stream of streams) stream.mockRestore();
    vi.unstubAllEnvs();
  }
}

function csvOf(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const field = (value: Row[string] | undefined): string => {
    const written = value === null || value === undefined ? '' : String(value);
    return /[",\n]/.test(written) ? `"${written.replaceAll('"', '""')}"` : written;
  };
  return [columns, ...rows.map((row) => columns.map((column) => field(row[column])))]
    .map((cells) => `${cells.join(',')}\n`)
    .join('');
}
