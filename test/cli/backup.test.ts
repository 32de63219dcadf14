import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfiguration } from '../../cli/configuration/configuration.ts';
import { withEmbeddedWarehouse } from '../../cli/context/open-warehouse.ts';
import { restoreMarker } from '../../cli/context/restore-marker.ts';
import { backUp } from '../../cli/jobs/backup/back-up.ts';
import { restore } from '../../cli/jobs/backup/restore.ts';
import { ensureRawTables } from '../../features/ingest/ensure-raw-tables.ts';
import { accounts } from '../../features/ingest/raw-tables.ts';
import { columnBatchOfRows } from '../../features/warehouse/column-batch-of-rows.ts';
import { openDuckDbWarehouse } from '../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { rowSource } from '../../features/warehouse/row-source.ts';
import { rowsOf } from '../serving/small-marts.ts';

/** Back-ups of a home that is small and holds every kind of thing that a home holds. */

const folder = mkdtempSync(join(tmpdir(), 'churn-backup-'));
const home = join(folder, 'home');
const backup = join(folder, 'backups', '2026-11-26');
const configuration = readConfiguration({ CHURN_HOME: home });
const now = new Date('2026-11-26T05:00:00Z');

beforeAll(async () => {
  await addAccount('ada');
  for (const [file, text] of Object.entries({
    'models/churn-tenants/v1/weights.bin': 'weights',
    'models/churn-tenants/.incoming-2-x/weights.bin': 'on its way',
    'snapshots/s1/features.parquet': 'rows',
    'snapshots/.partial-x/features.parquet': 'on its way',
    'published/current.json': '{"night":"20261126T010000000Z-a"}',
    'token-secret': 'secret',
    'landing/events/day.csv': 'landed',
  })) {
    mkdirSync(join(home, file, '..'), { recursive: true });
    writeFileSync(join(home, file), text);
  }
  await withEmbeddedWarehouse(configuration, 'backup', (warehouse) =>
    backUp(configuration, warehouse, backup, () => now),
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function addAccount(accountId: string): Promise<void> {
  const warehouse = await openDuckDbWarehouse({ file: configuration.warehouseFile });
  await ensureRawTables(warehouse);
  const row = { tenant_id: 'acme', account_id: accountId, created_at: 0, loaded_at: 0 };
  const rows = rowSource(columnBatchOfRows(accounts.columns, [row]));
  await warehouse.write([{ mode: 'append', table: accounts, rows }]);
  await warehouse.close();
}

async function accountsOf(file = configuration.warehouseFile): Promise<string[]> {
  const warehouse = await openDuckDbWarehouse({ file, readOnly: true });
  const rows = await rowsOf(warehouse, accounts, ['account_id']);
  await warehouse.close();
  return rows.map(({ account_id }) => String(account_id)).sort();
}

const asked = (mayReplace: boolean) => ({ from: backup, mayReplace, now });

test('a back-up holds what is whole, and neither what is on its way nor secrets', async () => {
  const files = Object.keys(JSON.parse(readFileSync(join(backup, 'backup.json'), 'utf8')).files);
  expect(files.sort()).toEqual([
    'models/churn-tenants/v1/weights.bin',
    'published/current.json',
    'snapshots/s1/features.parquet',
    'warehouse.duckdb',
  ]);
  expect(await accountsOf(join(backup, 'warehouse.duckdb'))).toEqual(['ada']);
  expect(readdirSync(join(folder, 'backups'))).toEqual(['2026-11-26']);
});

test('a back-up is never written over another', async () => {
  const again = withEmbeddedWarehouse(configuration, 'backup', (warehouse) =>
    backUp(configuration, warehouse, backup, () => now),
  );
  await expect(again).rejects.toThrow(/it is there already; give a folder that is not there yet/);
});

test('nothing is overwritten unasked; asked, what was there is kept beside it', async () => {
  await addAccount('bob');
  await expect(restore(configuration, asked(false))).rejects.toThrow(/it holds warehouse.duckdb, models/);
  expect(await accountsOf()).toEqual(['ada', 'bob']);
  const { replaced, rows } = await restore(configuration, asked(true));
  expect(await accountsOf()).toEqual(['ada']);
  expect(await accountsOf(join(replaced!, 'warehouse.duckdb'))).toEqual(['ada', 'bob']);
  expect(rows).toBe(1);
  expect(readFileSync(join(home, 'models/churn-tenants/v1/weights.bin'), 'utf8')).toBe('weights');
  // What lands and the secret are the home's own and stay.
  for (const kept of ['landing/events/day.csv', 'token-secret'])
    expect(existsSync(join(home, kept))).toBe(true);
  rmSync(replaced!, { recursive: true });
  expect(readdirSync(home).filter((name) => name.startsWith('.rest'))).toEqual([]);
});

test('a damaged back-up is refused before anything is touched', async () => {
  const damaged = join(folder, 'damaged');
  const from = { ...asked(true), from: damaged };
  const damage = {
    'models/churn-tenants/v1/weights.bin': /weights.bin has 8 bytes instead of 7/,
    'published/current.json': /current.json has \d+ bytes instead/,
  };
  for (const [file, sentence] of Object.entries(damage)) {
    cpSync(backup, damaged, { recursive: true });
    appendFileSync(join(damaged, file), 'x');
    await expect(restore(configuration, from)).rejects.toThrow(sentence);
    rmSync(damaged, { recursive: true });
  }
  cpSync(backup, damaged, { recursive: true });
  writeFileSync(join(damaged, 'models/churn-tenants/v1/weights.bin'), 'WEIGHTS');
  await expect(restore(configuration, from)).rejects.toThrow(/was changed after it was written; use another/);
  rmSync(join(damaged, 'backup.json'));
  await expect(restore(configuration, from)).rejects.toThrow(/this is no back-up/);
  expect(await accountsOf()).toEqual(['ada']);
});

test('a home in use is left alone', async () => {
  // The lock is between processes: within one, two handles share the file.
  const { runChurn } = await import('./run-churn.ts');
  const held = await openDuckDbWarehouse({ file: configuration.warehouseFile });
  try {
    const { status, stderr } = await runChurn(home, ['restore', '--from', backup, '--replace']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/the warehouse is in use by process \d+/);
  } finally {
    await held.close();
  }
});

test('killed between two renames, no command works on the home until the restore is run again', async () => {
  await addAccount('eve');
  const side = join(home, '.restoring-killed');
  const replaced = join(home, 'replaced-killed');
  const names = ['warehouse.duckdb', 'models', 'snapshots', 'published'];
  const lay = (isCleared: boolean) => {
    cpSync(backup, side, { recursive: true });
    mkdirSync(replaced, { recursive: true });
    const swap = JSON.stringify({ side, replaced, names, isCleared });
    writeFileSync(restoreMarker(home), swap);
  };
  // Killed while the old files were being moved away.
  lay(false);
  renameSync(join(home, 'warehouse.duckdb'), join(replaced, 'warehouse.duckdb'));
  await expect(withEmbeddedWarehouse(configuration, 'score', async () => {})).rejects.toThrow(
    /a restore is at work here, or was stopped half-way/,
  );
  await expect(restore(configuration, asked(false))).rejects.toThrow(/it holds/);
  expect(await accountsOf()).toEqual(['ada']);
  expect(await accountsOf(join(replaced, 'warehouse.duckdb'))).toEqual(['ada', 'eve']);
  expect(existsSync(restoreMarker(home))).toBe(false);
  expect(readdirSync(replaced).sort()).toEqual([...names].sort());

  // Killed while the new files were being moved in: those that are there are new.
  rmSync(replaced, { recursive: true });
  lay(true);
  for (const name of names.slice(1)) {
    rmSync(join(home, name), { recursive: true });
    renameSync(join(side, name), join(home, name));
  }
  rmSync(join(home, 'warehouse.duckdb'));
  await expect(restore(configuration, asked(false))).rejects.toThrow(/it holds/);
  expect(await accountsOf()).toEqual(['ada']);
  expect(existsSync(join(home, 'models/churn-tenants/v1/weights.bin'))).toBe(true);
  expect(readdirSync(replaced)).toEqual([]);
});

test('a lost warehouse is not replaced by an empty one', async () => {
  rmSync(configuration.warehouseFile);
  const opened = withEmbeddedWarehouse(configuration, 'nightly', async () => {});
  await expect(opened).rejects.toThrow(/the warehouse is gone, .*; restore it with `churn restore --from/);
  expect(existsSync(configuration.warehouseFile)).toBe(false);
});
