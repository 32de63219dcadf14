import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { diskFailure } from '../../../features/contract/disk-failure.ts';
import { BadInput } from '../../../features/contract/failure.ts';
import { openDuckDbWarehouse } from '../../../features/warehouse/duckdb/duckdb-warehouse.ts';

const folder = mkdtempSync(join(tmpdir(), 'churn-disk-'));
const home = join(folder, 'home');
const entry = join(import.meta.dirname, '../../../cli/churn.mjs');

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('tells a full disk, a quota and a read-only one from other failures', () => {
  const failing = (code: string) => Object.assign(new Error(`${code}: write`), { code, path: '/data/x' });
  expect(diskFailure(failing('ENOSPC'))?.message).toMatch(/^\/data\/x: the disk is full.*; free some space/);
  expect(diskFailure(failing('EDQUOT'))?.what).toMatch(/full/);
  expect(diskFailure(failing('EROFS'))?.what).toBe('the disk is read-only');
  const engine = new Error('IO Error: Could not write file "/data/w.duckdb.wal": No space left on device');
  expect(diskFailure(engine, '/data/w.duckdb')?.where).toBe('/data/w.duckdb.wal');
  expect(diskFailure(failing('ENOENT'))).toBeUndefined();
  expect(diskFailure(new BadInput({ where: 'a', what: 'ENOSPC', remedy: 'b' }))).toBeUndefined();
});

/** The command where no file may grow beyond some kilobytes, and with its own folder for temporary files. */
function limited(kilobytes: number | 'unlimited', ...args: readonly string[]) {
  // Ignored, the signal becomes an error of the write that went too far.
  const script = `trap '' XFSZ; ulimit -f ${kilobytes}; exec "$@"`;
  const child = spawnSync('bash', ['-c', script, 'bash', process.execPath, entry, ...args], {
    env: { PATH: process.env.PATH, CHURN_HOME: home, TMPDIR: folder },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { status: child.status, stderr: child.stderr, stdout: child.stdout };
}

describe('churn import on a disk that is full', () => {
  const file = join(folder, 'events.csv');
  const rows = Array.from(
    { length: 40_000 },
    (_, row) =>
      `acme,ada,user ${row % 97},login,2024-01-${String(1 + (row % 28)).padStart(2, '0')}T10:00:${String(row % 60).padStart(2, '0')}Z`,
  );
  writeFileSync(file, `tenant_id,account_id,user_id,event_type,event_time\n${rows.join('\n')}\n`);

  // As the warehouse is made, as rows are converted to the side, as they are written.
  test.each([4, 200, 600])(
    'says so in one sentence and leaves nothing half-written, at %d kB',
    (kilobytes) => {
      const { status, stderr } = limited(kilobytes, 'import', 'events', file);
      expect(stderr).toMatch(/^churn: \S+: the disk is full, .*; free some space .*\n$/);
      expect(status).toBe(1);
      expect(readdirSync(folder).filter((name) => name.startsWith('churn-'))).toEqual([]);
    },
  );

  test('and works where there is room again', () => {
    const { status, stdout, stderr } = limited('unlimited', 'import', 'events', file);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/40000 of 40000 rows are new/);
    expect(status).toBe(0);
  });
}, 120_000);

test('a warehouse that was killed as it was made is made again; one with rows never', async () => {
  const made = join(folder, 'made.duckdb');
  await (await openDuckDbWarehouse({ file: made })).close();
  truncateSync(made, 5000);
  const before = new Date(Date.now() - 60_000);
  await expect(openDuckDbWarehouse({ file: made })).rejects.toThrow(/the warehouse is damaged/);
  utimesSync(made, before, before);
  await (await openDuckDbWarehouse({ file: made })).close();
  writeFileSync(made, 'no warehouse '.repeat(2000));
  utimesSync(made, before, before);
  await expect(openDuckDbWarehouse({ file: made })).rejects.toThrow(/damaged .* restore it with/);
  expect(existsSync(made)).toBe(true);
});
