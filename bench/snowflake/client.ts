import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSnowflakeWarehouse } from '../../features/warehouse/snowflake/snowflake-warehouse.ts';
import type { BatchColumn, ColumnBatch, Warehouse } from '../../features/warehouse/warehouse.ts';
import type { Driver } from '../../models/scoring/drivers/driver.ts';
import { accountChurnScores } from '../../serving/scores-mart/account-churn-scores.ts';
import { writeDrivers } from '../../serving/scores-mart/driver-codes.ts';
import { clientOptions } from './client-options.ts';

const [step, accessUrl, rowsGiven] = process.argv.slice(2) as [string, string, string];
const rows = Number(rowsGiven);
const relation = { schema: 'analytics', name: 'account_features' };
const DRIVER_TEXTS = 50_000;
let driverTexts: readonly string[] = [];
let changeTexts: readonly string[] = [];
const keys = ['tenant_id', 'account_id', 'as_of_date'];

const warehouse = openSnowflakeWarehouse(clientOptions(accessUrl));
try {
  if (step === 'export') await measure('extract to one Parquet file', exportAll);
  if (step === 'read') await measure('read into columns', readAll);
  if (step === 'write') {
    // Made before the clock runs: writing texts is the scoring's work.
    driverTexts = Array.from({ length: DRIVER_TEXTS }, (_, row) => driversText(row, 5));
    changeTexts = Array.from({ length: DRIVER_TEXTS }, (_, row) => driversText(row, 1));
    await measure('write and merge scores', writeScores);
    await measure('the same scores again', writeScores);
  }
} finally {
  await warehouse.close();
}

async function measure(
  name: string,
  work: (target: Warehouse) => Promise<Record<string, number>>,
): Promise<void> {
  const started = performance.now();
  const cpuBefore = process.cpuUsage();
  const detail = await work(warehouse);
  process.send!({
    step: name,
    rows,
    seconds: (performance.now() - started) / 1000,
    cpuSeconds: cpuSecondsSince(cpuBefore),
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
    detail,
  });
}

/** Of all threads; on a busy machine it says more than the clock. */
function cpuSecondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

async function exportAll(): Promise<Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'churn-bench-'));
  try {
    const columns = (await warehouse.describe(relation)).map(({ name }) => name);
    const selection = { relation, columns, where: [], orderBy: keys };
    const { rowCount } = await warehouse.exportParquet(selection, join(folder, 'features.parquet'));
    return { rowCount, columns: columns.length };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function readAll(): Promise<Record<string, number>> {
  const columns = (await warehouse.describe(relation)).map(({ name }) => name);
  let rowCount = 0;
  let sum = 0;
  for await (const batch of warehouse.read({ relation, columns, where: [], orderBy: keys })) {
    rowCount += batch.rowCount;
    for (const value of batch.columns.get('count_0')!.values as Float64Array) sum += value;
  }
  return { rowCount, columns: columns.length, sum };
}

async function writeScores(): Promise<Record<string, number>> {
  const [outcome] = await warehouse.write([
    {
      mode: 'appendRevisions',
      table: accountChurnScores,
      rows: { batches: scores() },
      partition: [
        { column: 'tenant_id', value: Array.from({ length: 240 }, (_, tenant) => `tenant-${tenant}`) },
        { column: 'as_of_date', value: '2026-06-29' },
        { column: 'model_name', value: 'churn-tenants' },
        { column: 'model_version', value: 'v1' },
      ],
      ignoreWhenComparing: ['scored_at', 'run_id', 'risk_rank'],
    },
  ]);
  return { ...outcome! };
}

/** Rows as the night writes them: five drivers of four features each, some 900 characters. */
async function* scores(): AsyncGenerator<ColumnBatch> {
  const perBatch = 20_000;
  for (let from = 0; from < rows; from += perBatch) {
    const count = Math.min(perBatch, rows - from);
    const columns = new Map<string, BatchColumn>();
    for (const { name, type } of accountChurnScores.columns)
      columns.set(
        name,
        type === 'text' || type === 'json'
          ? { kind: 'text', type, values: Array.from({ length: count }, (_, row) => text(name, from + row)) }
          : {
              kind: 'numeric',
              type,
              values: Float64Array.from({ length: count }, (_, row) => number(name, from + row)),
            },
      );
    yield { rowCount: count, columns };
  }
}

function text(name: string, row: number): string {
  switch (name) {
    case 'tenant_id':
      return `tenant-${row % 240}`;
    case 'account_id':
      return `acc-${row}`;
    case 'model_name':
      return 'churn-tenants';
    case 'model_version':
      return 'v1';
    case 'weekly_events':
      return '[14,12,12,9,11,8,4,2,0,0,0,0]';
    case 'drivers':
    case 'change_drivers':
      return (name === 'drivers' ? driverTexts : changeTexts)[row % DRIVER_TEXTS]!;
    default:
      return `${name}-${row % 4}`;
  }
}

function driversText(row: number, count: number): string {
  return writeDrivers(Array.from({ length: count }, (_, n) => driver(row, n)));
}

function driver(row: number, n: number): Driver {
  const contribution = ((row * 7 + n) % 1000) / 1000;
  const column = (feature: string) => ({ feature, contribution, value: row % 29, typical: 11 });
  return {
    theme: `theme_${n}`,
    contribution,
    columns: [
      column('active_days_28d'),
      column('events_28d'),
      column('active_users_14d'),
      column('events_7d'),
    ],
  };
}

function number(name: string, row: number): number {
  if (name === 'as_of_date') return 20_633;
  if (name === 'scored_at') return 1_782_700_000_000;
  if (name === 'revision') return 1;
  if (name === 'is_withdrawn') return 0;
  if (name === 'risk_rank') return row + 1;
  return name.startsWith('churn_probability') ? (row % 10_000) / 10_000 : row / 7;
}
