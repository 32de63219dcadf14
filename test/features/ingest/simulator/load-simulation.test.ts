import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asOfDateSchema } from '../../../../features/contract/as-of-date.ts';
import { BadInput } from '../../../../features/contract/failure.ts';
import { importedFiles, RAW_TABLES } from '../../../../features/ingest/raw-tables.ts';
import { loadSimulation } from '../../../../features/ingest/simulator/load-simulation.ts';
import { simulatePlatform } from '../../../../features/ingest/simulator/simulate-platform.ts';
import { openDuckDbWarehouse } from '../../../../features/warehouse/duckdb/duckdb-warehouse.ts';
import type { EmbeddedWarehouse } from '../../../../features/warehouse/warehouse.ts';

const TINY_WORLD = { seed: 5, tenants: 6, months: 3, endDate: asOfDateSchema.parse('2026-06-29') };
const clock = () => new Date('2026-07-01T06:00:00Z');

let folder: string;
let warehouse: EmbeddedWarehouse;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulator-'));
  warehouse = await openDuckDbWarehouse({ file: join(folder, 'warehouse.duckdb') });
});

afterEach(async () => {
  await warehouse.close();
  await rm(folder, { recursive: true });
});

async function storedRowCounts(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { relation, columns } of RAW_TABLES) {
    let count = 0;
    for await (const batch of warehouse.read({ relation, columns: [columns[0]!.name], where: [] }))
      count += batch.rowCount;
    counts[relation.name] = count;
  }
  return counts;
}

test('loading fills the raw layer and records every table with its rows', async () => {
  const { alreadyLoaded, rowCounts } = await loadSimulation(warehouse, simulatePlatform(TINY_WORLD), clock);
  expect(alreadyLoaded).toBe(false);
  const stored = await storedRowCounts();
  for (const [table, rowCount] of rowCounts) expect(stored[table], table).toBe(rowCount);
  expect(stored.imported_files).toBe(7);
  expect(stored.platform_events).toBeGreaterThan(500);
});

test('loading the same simulation twice changes nothing', async () => {
  const first = await loadSimulation(warehouse, simulatePlatform(TINY_WORLD), clock);
  const before = await storedRowCounts();
  const second = await loadSimulation(warehouse, simulatePlatform(TINY_WORLD), clock);
  expect(second.alreadyLoaded).toBe(true);
  expect(new Map([...second.rowCounts].toSorted())).toEqual(new Map([...first.rowCounts].toSorted()));
  expect(await storedRowCounts()).toEqual(before);
});

test('another simulation is not mixed in', async () => {
  await loadSimulation(warehouse, simulatePlatform(TINY_WORLD), clock);
  const before = await storedRowCounts();
  await expect(
    loadSimulation(warehouse, simulatePlatform({ ...TINY_WORLD, seed: 6 }), clock),
  ).rejects.toThrow(BadInput);
  expect(await storedRowCounts()).toEqual(before);
});

test('a load that fails half-way leaves nothing behind and can run again', async () => {
  const failing = simulatePlatform({
    ...TINY_WORLD,
    onProgress: (share) => {
      if (share > 0.5) throw new Error('stop');
    },
  });
  await expect(loadSimulation(warehouse, failing, clock)).rejects.toThrow();
  for (const count of Object.values(await storedRowCounts())) expect(count).toBe(0);
  expect((await loadSimulation(warehouse, simulatePlatform(TINY_WORLD), clock)).alreadyLoaded).toBe(false);
});

test('the record of the load names its options', async () => {
  await loadSimulation(warehouse, simulatePlatform(TINY_WORLD), clock);
  const names = new Set<unknown>();
  for await (const { columns } of warehouse.read({
    relation: importedFiles.relation,
    columns: ['file_name'],
    where: [],
  }))
    for (const name of columns.get('file_name')!.values) names.add(name);
  expect([...names]).toEqual(['simulated: seed 5, 6 tenants, 3 months to 2026-06-29']);
});
