import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '../../../features/contract/failure.ts';
import type { Cell } from '../../../features/warehouse/column-batch-of-rows.ts';
import { openSnowflakeWarehouse } from '../../../features/warehouse/snowflake/snowflake-warehouse.ts';
import type { TableDefinition, Warehouse } from '../../../features/warehouse/warehouse.ts';
import { createRandom } from '../../../stats/seeded-random.ts';
import type { Fault, FaultKind, FaultPoint } from '../../snowflake-endpoint/faults.ts';
import { openTestWarehouse, type TestWarehouse } from '../../snowflake-endpoint/open-test-warehouse.ts';
import { shortenPauses } from '../../snowflake-endpoint/shorten-pauses.ts';
import { rowBatches } from './batches.ts';

/*
 * Random faults over extraction and write-back. CHURN_FAULTS sets how many (200 for the full count), CHURN_FAULT_SEED
 * which ones. Whatever goes wrong, a run ends complete, or with the state from before and one clear sentence.
 */
const RUNS = Number(process.env.CHURN_FAULTS ?? 24);
const SEED = Number(process.env.CHURN_FAULT_SEED ?? 1);
const LANES = 8;

const KINDS: Readonly<Record<string, readonly FaultKind[]>> = {
  login: ['unavailable', 'reset-before', 'reset-after', 'slow'],
  query: ['unavailable', 'reset-before', 'reset-after', 'expired', 'slow', 'wrong-status'],
  renew: ['unavailable', 'reset-before', 'reset-after'],
  upload: ['unavailable', 'reset-before', 'reset-after', 'expired', 'slow'],
  head: ['unavailable', 'reset-before', 'expired'],
  download: ['unavailable', 'reset-before', 'truncated', 'expired', 'slow'],
  chunk: ['unavailable', 'reset-before', 'truncated', 'expired', 'slow'],
  result: ['unavailable', 'reset-before'],
};
const STATEMENTS = {
  extract: ['describe', 'copy-into-stage', 'get', 'remove', 'select'],
  write: [
    'create',
    'put',
    'copy-into-table',
    'begin',
    'merge',
    'delete',
    'select',
    'commit',
    'drop',
    'remove',
  ],
};
const POINTS = {
  extract: ['download', 'download', 'head', 'chunk', 'chunk', 'login', 'result'],
  write: ['upload', 'upload', 'head', 'login'],
};

const features: TableDefinition = {
  relation: { schema: 'analytics', name: 'account_features' },
  keyColumns: ['tenant_id', 'account_id'],
  columns: [
    { name: 'tenant_id', type: 'text', nullable: false },
    { name: 'account_id', type: 'text', nullable: false },
    { name: 'active_days', type: 'number', nullable: true },
  ],
};
const scores: TableDefinition = {
  relation: { schema: 'scores', name: 'account_churn_scores' },
  keyColumns: ['tenant_id', 'account_id'],
  columns: [
    { name: 'tenant_id', type: 'text', nullable: false },
    { name: 'account_id', type: 'text', nullable: false },
    { name: 'churn_probability_90d', type: 'number', nullable: false },
    { name: 'drivers', type: 'json', nullable: false },
  ],
};
const runs: TableDefinition = {
  relation: { schema: 'scores', name: 'score_runs' },
  keyColumns: ['run_id'],
  columns: [
    { name: 'run_id', type: 'text', nullable: false },
    { name: 'version', type: 'number', nullable: false },
  ],
};
const FEATURE_ROWS = 3000;
const OURS = ['acme', 'globex'];

describe(`${RUNS} random faults, seed ${SEED}`, () => {
  let folder: string;
  beforeAll(() => {
    shortenPauses(100);
    folder = mkdtempSync(join(tmpdir(), 'churn-faults-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('every run ends complete or unchanged, with a clear error; no row is doubled, lost or another tenant’s', async () => {
    const outcomes = { complete: 0, unchanged: 0, struck: 0 };
    const seen = new Map<string, number>();
    const lane = async (first: number) => {
      const test = await openTestWarehouse(
        { rowsPerChunk: 700 },
        { transferTimeoutSeconds: 5, attempts: 3, cellsSentInStatement: 0 },
      );
      try {
        await seedState(test.warehouse);
        for (let run = first; run < RUNS; run += LANES) {
          const { plan, job } = faultsOf(run);
          test.endpoint.faults.plan(...plan);
          const strikesBefore = test.endpoint.faults.struck.length;
          // A new driver each time: a lane's sessions must not outlive their run.
          const warehouse = openSnowflakeWarehouse(test.options);
          const ended =
            job === 'write'
              ? await writeUnderFaults(test, warehouse, run)
              : await extractUnderFaults(warehouse, join(folder, `run-${run}.parquet`), run);
          test.endpoint.faults.plan();
          await warehouse.close();
          outcomes[ended] += 1;
          const strikes = test.endpoint.faults.struck.slice(strikesBefore);
          outcomes.struck += Math.min(1, strikes.length);
          for (const { at, kind } of strikes) seen.set(`${at} ${kind}`, (seen.get(`${at} ${kind}`) ?? 0) + 1);
          expect(
            test.served.errors.map(({ message }) => message),
            describeRun(run),
          ).toEqual([]);
        }
      } finally {
        await test.close();
      }
    };
    await Promise.all(Array.from({ length: LANES }, (_, first) => lane(first)));
    if (process.env.CHURN_FAULTS !== undefined)
      process.stdout.write(
        `${JSON.stringify(outcomes)}\n${[...seen]
          .sort()
          .map(([what, times]) => `${what}: ${times}`)
          .join('\n')}\n`,
      );
    expect(outcomes.complete + outcomes.unchanged).toBe(RUNS);
    expect(outcomes.struck).toBeGreaterThan(RUNS / 2);
    expect(readdirSync(folder).filter((name) => !name.endsWith('.parquet'))).toEqual([]);
  }, 900_000);
});

describe('a write that fails for good', () => {
  const faults: Fault[] = [
    { at: 'query:begin', kind: 'unavailable', times: 99 },
    { at: 'query:merge', kind: 'unavailable', times: 99 },
    { at: 'query:delete', kind: 'reset-before', times: 99 },
    { at: 'query:select', kind: 'unavailable', times: 99 },
    // The second table's merge, after the first table is done.
    { at: 'query:merge', kind: 'reset-before', after: 1, times: 99 },
    { at: 'query:commit', kind: 'unavailable', times: 99 },
    { at: 'query:copy-into-table', kind: 'wrong-status', times: 99 },
    { at: 'query:merge', kind: 'wrong-status', times: 99 },
    { at: 'upload', kind: 'unavailable', times: 99 },
  ];
  const ofFiles = ['query:copy-into-table', 'upload'];
  test.each([
    ...faults.map((fault) => ({ ...fault, sent: 'in files', cellsSentInStatement: 0 })),
    ...faults
      .filter(({ at }) => !ofFiles.includes(at))
      .map((fault) => ({ ...fault, sent: 'in the statement', cellsSentInStatement: 2000 })),
  ])(
    'at $at $kind changes nothing, its rows sent $sent',
    async ({ cellsSentInStatement, sent: _, ...fault }) => {
      shortenPauses(1000);
      const test = await openTestWarehouse(
        {},
        { transferTimeoutSeconds: 1, attempts: 2, cellsSentInStatement },
      );
      try {
        await seedState(test.warehouse);
        test.endpoint.faults.plan(fault);
        const warehouse = openSnowflakeWarehouse(test.options);
        expect(await writeUnderFaults(test, warehouse, 1)).toBe('unchanged');
        test.endpoint.faults.plan();
        expect(await writeUnderFaults(test, warehouse, 1)).toBe('complete');
        await warehouse.close();
      } finally {
        await test.close();
      }
    },
  );
});

describe('a fault that passes costs more attempts', () => {
  test.each<Fault>([
    { at: 'query:merge', kind: 'locked' },
    { at: 'query:merge', kind: 'deadlock' },
    // A queue of writers is waited for longer than a network.
    { at: 'query:merge', kind: 'locked', times: 6 },
    { at: 'query:merge', kind: 'internal' },
    { at: 'query:commit', kind: 'internal' },
    { at: 'query:merge', kind: 'silent' },
    { at: 'query:commit', kind: 'silent' },
  ])('writing, $at $kind', async (fault) => {
    const test = await openTestWarehouse({}, { statementTimeoutSeconds: 1, graceSeconds: 0 });
    try {
      await seedState(test.warehouse);
      test.endpoint.faults.plan(fault);
      expect(await writeUnderFaults(test, test.warehouse, 1)).toBe('complete');
      expect(test.endpoint.faults.struck).toEqual(new Array(fault.times ?? 1).fill(fault));
    } finally {
      await test.close();
    }
  });

  test.each<Fault>([
    // The client throws where nobody can catch it.
    { at: 'download', kind: 'short' },
    // The client waits for the rest of the body.
    { at: 'download', kind: 'truncated' },
  ])('extracting, $at $kind, long before the time of a transfer is over', async (fault) => {
    const test = await openTestWarehouse({}, { transferTimeoutSeconds: 900 });
    const folder = mkdtempSync(join(tmpdir(), 'churn-cut-'));
    try {
      await seedState(test.warehouse);
      test.endpoint.faults.plan(fault);
      const started = performance.now();
      expect(await extractUnderFaults(test.warehouse, join(folder, 'rows.parquet'), 1)).toBe('complete');
      expect(test.endpoint.faults.struck).toEqual([fault]);
      expect(performance.now() - started).toBeLessThan(5_000);
      expect(process.hasUncaughtExceptionCaptureCallback()).toBe(false);
    } finally {
      rmSync(folder, { recursive: true, force: true });
      await test.close();
    }
  });
});

function faultsOf(run: number): { plan: Fault[]; job: 'write' | 'extract' } {
  const random = createRandom(`${SEED}/${run}`);
  const pick = <Item>(items: readonly Item[]): Item => items[random.integer(items.length)]!;
  const job = pick(['write', 'extract'] as const);
  const plan = Array.from({ length: pick([1, 1, 2, 3]) }, (): Fault => {
    const at = (random.next() < 0.6 ? `query:${pick(STATEMENTS[job])}` : pick(POINTS[job])) as FaultPoint;
    return {
      at,
      kind: pick(KINDS[at.split(':')[0]!]!),
      after: pick([0, 0, 0, 1, 2]),
      times: pick([1, 1, 1, 2, 9, 99]),
    };
  });
  // A session that expires is renewed; that can fail too.
  if (plan.some(({ kind, at }) => kind === 'expired' && at.startsWith('query')) && random.next() < 0.3)
    plan.push({ at: 'renew', kind: pick(KINDS.renew!) });
  return { plan, job };
}

async function seedState(warehouse: Warehouse): Promise<void> {
  const rows = Array.from({ length: FEATURE_ROWS }, (_, i): Cell[] => [`tenant-${i % 3}`, `a${i}`, i]);
  await warehouse.write([
    { mode: 'merge', table: features, rows: { batches: rowBatches(features, rows) } },
    {
      mode: 'merge',
      table: scores,
      rows: { batches: rowBatches(scores, [...scoreRows(0), ['zeta', 'z1', 0.5, '[]']]) },
    },
    { mode: 'merge', table: runs, rows: { batches: rowBatches(runs, [['current', 0]]) } },
  ]);
}

/** Each version has other accounts too, so that rows are inserted, updated and deleted. */
function scoreRows(version: number): Cell[][] {
  return OURS.flatMap((tenantId) =>
    Array.from({ length: 40 }, (_, i): Cell[] => [
      tenantId,
      `a${i + (version % 5)}`,
      version,
      JSON.stringify([{ feature: 'active_days', value: version }]),
    ]),
  );
}

async function writeUnderFaults(
  { endpoint }: TestWarehouse,
  warehouse: Warehouse,
  run: number,
): Promise<'complete' | 'unchanged'> {
  const before = await stateOf(endpoint.instance);
  const wanted = run + 1;
  let failure: unknown;
  try {
    const [outcome] = await warehouse.write([
      {
        mode: 'replacePartition',
        table: scores,
        rows: { batches: rowBatches(scores, scoreRows(wanted)) },
        partition: [{ column: 'tenant_id', value: OURS }],
      },
      { mode: 'merge', table: runs, rows: { batches: rowBatches(runs, [['current', wanted]]) } },
    ]);
    expect(outcome!.read).toBe(80);
  } catch (error) {
    failure = error;
  }
  const after = await stateOf(endpoint.instance);
  const complete = {
    scores: [...scoreRows(wanted), ['zeta', 'z1', 0.5, '[]']].map((row) => row.map(String)).sort(),
    runs: [['current', String(wanted)]],
  };
  if (failure === undefined) {
    expect(after, describeRun(run)).toEqual(complete);
    return 'complete';
  }
  expectClear(failure, run);
  const isComplete = JSON.stringify(after) === JSON.stringify(complete);
  if (!isComplete) expect(after, describeRun(run)).toEqual(before);
  return isComplete ? 'complete' : 'unchanged';
}

async function extractUnderFaults(
  warehouse: Warehouse,
  file: string,
  run: number,
): Promise<'complete' | 'unchanged'> {
  const columns = features.columns.map(({ name }) => name);
  let failure: unknown;
  try {
    const { rowCount } = await warehouse.exportParquet(
      { relation: features.relation, columns, where: [], orderBy: features.keyColumns },
      file,
    );
    expect(rowCount).toBe(FEATURE_ROWS);
    let [found, sum] = [0, 0];
    for await (const batch of warehouse.read({ relation: features.relation, columns, where: [] })) {
      found += batch.rowCount;
      for (const value of batch.columns.get('active_days')!.values as Float64Array) sum += value;
    }
    expect([found, sum], describeRun(run)).toEqual([FEATURE_ROWS, (FEATURE_ROWS * (FEATURE_ROWS - 1)) / 2]);
  } catch (error) {
    failure = error;
  }
  if (failure !== undefined) expectClear(failure, run);
  if (!existsSync(file)) return 'unchanged';
  const [rows, distinct, sum] = await parquetTotals(file);
  expect([rows, distinct, sum], describeRun(run)).toEqual([
    FEATURE_ROWS,
    FEATURE_ROWS,
    (FEATURE_ROWS * (FEATURE_ROWS - 1)) / 2,
  ]);
  return failure === undefined ? 'complete' : 'unchanged';
}

function expectClear(failure: unknown, run: number): void {
  expect(failure, describeRun(run)).toBeInstanceOf(Failure);
  const { message, where, remedy } = failure as Failure;
  expect(where, `${describeRun(run)} ${message}`).toMatch(/Snowflake account test|scores\.|analytics\./);
  expect(remedy.length).toBeGreaterThan(10);
  expect(message).not.toMatch(/a password/);
  expect(message.split('\n')).toHaveLength(1);
}

/** Read past the driver. */
async function stateOf(instance: DuckDBInstance): Promise<{ scores: string[][]; runs: string[][] }> {
  const connection = await instance.connect();
  try {
    const read = async (sql: string) =>
      (await connection.runAndReadAll(sql)).getRows().map((row) => row.map(String));
    return {
      scores: (
        await read(
          'select tenant_id, account_id, churn_probability_90d, drivers::varchar from scores.account_churn_scores',
        )
      ).sort(),
      runs: await read('select run_id, version from scores.score_runs'),
    };
  } finally {
    connection.disconnectSync();
  }
}

async function parquetTotals(file: string): Promise<number[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const result = await connection.runAndReadAll(
    `select count(*), count(distinct account_id), sum(active_days)::double from read_parquet('${file}')`,
  );
  instance.closeSync();
  return result.getRows()[0]!.map(Number);
}

function describeRun(run: number): string {
  return `CHURN_FAULT_SEED=${SEED}, run ${run}: ${JSON.stringify(faultsOf(run))}`;
}
