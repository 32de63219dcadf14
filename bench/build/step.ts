import { copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { ensureRawTables } from '../../features/ingest/ensure-raw-tables.ts';
import { backfills, RAW_TABLES } from '../../features/ingest/raw-tables.ts';
import { buildMarts } from '../../features/marts/build-marts.ts';
import { readMartsManifest } from '../../features/marts/marts-manifest.ts';
import { defaultSettings } from '../../features/settings/default-settings.ts';
import { openDuckDbWarehouse } from '../../features/warehouse/duckdb/duckdb-warehouse.ts';
import type { BatchColumn, ColumnBatch, EmbeddedWarehouse } from '../../features/warehouse/warehouse.ts';
import { ensureScoresMart } from '../../serving/scores-mart/ensure-scores-mart.ts';
import { backfillRows, type Part, writeMadeUpPlatform } from './made-up-platform.ts';

export interface Measured {
  readonly step: string;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Resident memory of the process. */
  readonly peakMegabytes: number;
  readonly says: string;
}

const [step, folder, events, accounts, memory, threads] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
  string,
];
/** Marks a folder whose files are whole; with --keep they serve the next run of the same size. */
const MADE_UP = `made-up-${events}-${accounts}`;
const started = performance.now();
const says = await take();
const { user, system } = process.cpuUsage();
process.send!({
  step,
  seconds: (performance.now() - started) / 1000,
  cpuSeconds: (user + system) / 1e6,
  peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
  says,
} satisfies Measured);

async function take(): Promise<string> {
  switch (step) {
    case 'make up':
      if (existsSync(join(folder, MADE_UP))) return 'they are there';
      await writeMadeUpPlatform(folder, { events: Number(events), accounts: Number(accounts) });
      writeFileSync(join(folder, MADE_UP), '');
      return '';
    case 'load before':
      rmSync(join(folder, 'warehouse.duckdb'), { force: true });
      return withWarehouse('warehouse', async (warehouse) => {
        await ensureRawTables(warehouse);
        await ensureScoresMart(warehouse);
        await warehouse.write([{ mode: 'append', table: backfills, rows: { batches: declaredBackfills() } }]);
        return load(warehouse, 'before');
      });
    case 'load night':
      return withWarehouse('warehouse', (warehouse) => load(warehouse, 'night'));
    case 'build anew':
      copyFileSync(join(folder, 'warehouse.duckdb'), join(folder, 'anew.duckdb'));
      return withWarehouse('anew', (warehouse) => build(warehouse, true));
    case 'compare':
      return compare();
    default:
      return withWarehouse('warehouse', (warehouse) => build(warehouse, false));
  }
}

async function withWarehouse(
  name: string,
  use: (warehouse: EmbeddedWarehouse) => Promise<string>,
): Promise<string> {
  const warehouse = await openDuckDbWarehouse({
    file: join(folder, `${name}.duckdb`),
    ...(memory === '' ? {} : { memoryLimit: memory }),
    ...(threads === '' ? {} : { threads: Number(threads) }),
  });
  try {
    return await use(warehouse);
  } finally {
    await warehouse.close();
  }
}

async function load(warehouse: EmbeddedWarehouse, part: Part): Promise<string> {
  const tables = RAW_TABLES.filter(({ relation }) => backfillRows.tables.includes(relation.name));
  const outcomes = await warehouse.write(
    tables.map((table) => ({
      mode: 'append' as const,
      table: { ...table, keyColumns: [] },
      rows: { parquetFile: join(folder, `${table.relation.name}.${part}.parquet`) },
    })),
  );
  return tables.map(({ relation }, index) => `${outcomes[index]!.inserted} ${relation.name}`).join(', ');
}

async function* declaredBackfills(): AsyncGenerator<ColumnBatch> {
  const { tables, loadedFrom, loadedTo } = backfillRows;
  const text = (values: readonly string[]): BatchColumn => ({ kind: 'text', type: 'text', values });
  const time = (at: number): BatchColumn => ({
    kind: 'numeric',
    type: 'timestamp',
    values: new Float64Array(tables.length).fill(at),
  });
  yield {
    rowCount: tables.length,
    columns: new Map([
      ['table_name', text(tables)],
      ['tenant_id', text(tables.map(() => '*'))],
      ['loaded_from', time(loadedFrom)],
      ['loaded_to', time(loadedTo)],
    ]),
  };
}

async function build(warehouse: EmbeddedWarehouse, full: boolean): Promise<string> {
  const slowest: { readonly name: string; readonly cpu: number }[] = [];
  let before = process.cpuUsage();
  await buildMarts(warehouse, {
    full,
    onBuilt: ({ relation }) => {
      const { user, system } = process.cpuUsage(before);
      slowest.push({ name: relation.name, cpu: (user + system) / 1e6 });
      before = process.cpuUsage();
    },
  });
  slowest.sort((a, b) => b.cpu - a.cpu);
  return slowest
    .slice(0, 12)
    .map(({ name, cpu }) => `${name} ${cpu.toFixed(1)}`)
    .join(', ');
}

/** Row for row, doubles counted. */
async function compare(): Promise<string> {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: memory === '' ? '3GB' : memory });
  const connection = await instance.connect();
  await connection.run(`set temp_directory = '${join(folder, 'spill')}'`);
  for (const name of ['warehouse', 'anew'])
    await connection.run(`attach '${join(folder, `${name}.duckdb`)}' as ${name} (read_only)`);
  const differing: string[] = [];
  for (const { schema, name, as } of readMartsManifest(defaultSettings()).models) {
    if (as === 'view' || schema !== 'analytics') continue;
    const sum = async (database: string) =>
      (
        await connection.runAndReadAll(
          `select count(*), sum(hash(t)) from ${database}.${schema}.${name} as t`,
        )
      ).getRows()[0]!;
    const [mine, anew] = [await sum('warehouse'), await sum('anew')];
    if (String(mine) !== String(anew)) differing.push(`${name}: ${mine} and ${anew}`);
  }
  return differing.length === 0 ? 'every mart is the same' : `DIFFERENT: ${differing.join('; ')}`;
}
