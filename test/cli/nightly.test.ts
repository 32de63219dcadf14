import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AsOfDate, fromEpochDay } from '../../features/contract/as-of-date.ts';
import { importedFiles } from '../../features/ingest/raw-tables.ts';
import { openDuckDbWarehouse } from '../../features/warehouse/duckdb/duckdb-warehouse.ts';
import type { TableDefinition } from '../../features/warehouse/warehouse.ts';
import { accountChurnScores } from '../../serving/scores-mart/account-churn-scores.ts';
import { buildRuns } from '../../serving/scores-mart/build-runs.ts';
import { importRuns } from '../../serving/scores-mart/import-runs.ts';
import { nightSteps, recordNightStep } from '../../serving/scores-mart/night-steps.ts';
import { scoreRuns } from '../../serving/scores-mart/score-runs.ts';
import { trainingRuns } from '../../serving/scores-mart/training-runs.ts';
import { loopbackServer } from '../serving/http/loopback-server.ts';
import { rowsOf } from '../serving/small-marts.ts';
import { runChurn } from './run-churn.ts';

/** Nights after a small platform's demo, through the real command. The tests go on from one another. */

let folder: string;
let home: string;
let tenants: string[];
let lastDay: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'churn-nightly-'));
  home = join(folder, 'home');
  const demo = await runChurn(home, ['demo', '--tenants', '20', '--months', '10']);
  expect(demo.status, demo.stderr).toBe(0);
  const runs = await table(scoreRuns, ['tenant_id', 'as_of_date', 'status']);
  lastDay = fromEpochDay(Math.max(...runs.map(({ as_of_date }) => Number(as_of_date))));
  tenants = runs
    .filter(
      ({ status, as_of_date }) => status === 'succeeded' && fromEpochDay(Number(as_of_date)) === lastDay,
    )
    .map(({ tenant_id }) => String(tenant_id))
    .filter((id) => id !== 'platform')
    .sort();
  expect(tenants.length).toBeGreaterThan(2);
}, 240_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('without a landing folder a night builds, scores and publishes, and says that nothing was imported', async () => {
  const monitors = await startMonitors();
  const lineageFile = join(folder, 'lineage.jsonl');
  const { status, stdout, stderr } = await runChurn(home, ['nightly', '--deadline', '2h'], {
    OTEL_EXPORTER_OTLP_ENDPOINT: monitors.url,
    OPENLINEAGE_URL: monitors.url,
    OPENLINEAGE_FILE: lineageFile,
    OPENLINEAGE_PARENT_ID: 'airflow://host/churn_nightly.night/01941111-1111-7111-8111-111111111111',
  });
  await monitors.stop();
  expect(status, stderr).toBe(0);
  expect(stdout).toMatch(/night of \d{4}-\d\d-\d\d: (\d+) of \1 tenants landed by \d\d:\d\d UTC/);
  // The platform's history ends long before the night.
  expect(stdout).toMatch(
    new RegExp(`old: the newest day that could be scored is ${lastDay}, \\d+ days before`),
  );
  expect(stdout).toMatch(/import +skipped .*there is no landing folder/);
  expect(stdout).toMatch(/build +succeeded/);
  expect(stdout).toMatch(/publish +succeeded/);
  const steps = await table(nightSteps, ['step', 'status']);
  expect(steps).toHaveLength(6);
  const trainings = await table(trainingRuns, ['model_name', 'tenant_id', 'status', 'model_version']);
  expect(trainings).toEqual(
    expect.arrayContaining([
      { model_name: 'churn-tenants', tenant_id: '*', status: 'succeeded', model_version: 'v1' },
      { model_name: 'churn-operator', tenant_id: 'platform', status: 'succeeded', model_version: 'v1' },
    ]),
  );
  expect(monitors.gauges()).toMatchObject({
    'churn.night.exit_status': 0,
    'churn.night.tenants landed': Number(/: (\d+) of \1 tenants/.exec(stdout)![1]),
    'churn.night.tenants refused': 0,
    'churn.night.tenants missing': 0,
    'churn.night.duration': expect.any(Number),
    'churn.night.step.duration build succeeded': expect.any(Number),
    'churn.night.rows': expect.any(Number),
  });
  expect(monitors.gauges()['churn.night.rows']).toBeGreaterThan(100);
  const events = monitors.lineage();
  expect(events.map(({ eventType, job }) => `${eventType} ${job.name}`)).toEqual(
    ['build', 'gates', 'score', 'publish'].flatMap((step) => [
      `START nightly.${step}`,
      `COMPLETE nightly.${step}`,
    ]),
  );
  for (const [at, { run }] of events.entries()) {
    expect(run.runId).toBe(events[at - (at % 2)]!.run.runId);
    expect(run.facets.parent).toMatchObject({
      job: { namespace: 'airflow://host', name: 'churn_nightly.night' },
    });
  }
  expect(new Set(events.map(({ run }) => run.runId)).size).toBe(4);
  expect(
    readFileSync(lineageFile, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(events);
  const check = await runChurn(home, ['nightly', '--check']);
  expect([check.status, check.stdout]).toEqual([
    0,
    expect.stringMatching(
      new RegExp(`^landed: (\\d+) of \\1 tenants were scored since .* UTC; the newest day is ${lastDay}\n$`),
    ),
  ]);
}, 300_000);

test('a new day in the landing folder is imported, built, scored and published', async () => {
  land(`events/day.csv`, dayOfEvents(tenants));
  const { status, stdout } = await runChurn(home, ['nightly', '--json', '--max-age', '3']);
  const { steps, missing, isStale, newest } = JSON.parse(stdout);
  expect([status, isStale, newest.asOf]).toEqual([3, true, nextDay(lastDay, 1)]);
  expect(missing).toEqual([]);
  expect(steps.map(({ step, status }: never) => `${step} ${status}`)).toEqual([
    'import succeeded',
    'build succeeded',
    'gates succeeded',
    'score succeeded',
    'publish succeeded',
    'alerts skipped',
  ]);
  expect(steps[0].detail).toMatchObject({ files: 1, known: 0, rows_new: tenants.length, withheld: 0 });
  const imports = await table(importRuns, ['tenant_id', 'status', 'file_name', 'row_counts']);
  expect(imports.map(({ tenant_id, status }) => `${tenant_id} ${status}`).sort()).toEqual(
    ['*', ...tenants].map((id) => `${id} succeeded`).sort(),
  );
  expect(imports.find(({ tenant_id }) => tenant_id === '*')).toMatchObject({
    file_name: 'day.csv',
    row_counts: expect.stringContaining(`"inserted":${tenants.length}`),
  });
  const scored = await table(accountChurnScores, ['tenant_id', 'as_of_date']);
  const days = new Set(scored.map(({ as_of_date }) => fromEpochDay(Number(as_of_date))));
  expect([...days].sort()).toContain(nextDay(lastDay, 1));
  const { night } = JSON.parse(readFileSync(join(home, 'published', 'current.json'), 'utf8'));
  const manifest = JSON.parse(readFileSync(join(home, 'published', 'nights', `${night}.json`), 'utf8'));
  expect(manifest.scores.map(({ as_of_date }: never) => as_of_date)).toContain(nextDay(lastDay, 1));
}, 300_000);

test('a bad file of one tenant holds back that tenant and no other', async () => {
  const [victim] = tenants;
  land(`events/tenant=${victim}/day.csv`, 'account_id,event_type,when\nnobody,login,yesterday\n');
  land('events/day-2.csv', dayOfEvents(tenants, 1));
  const { status, stdout, stderr } = await runChurn(home, ['nightly']);
  expect(status).toBe(3);
  expect(stdout).toMatch(new RegExp(`missing: ${victim} \\(tenant ${victim}: its file was not taken in`));
  expect(stderr).toMatch(new RegExp(`tenant ${victim} is held back: .*day.csv: .*event_time.*`));
  const runs = await table(scoreRuns, ['tenant_id', 'as_of_date', 'status']);
  const tonight = runs.filter(({ as_of_date }) => fromEpochDay(Number(as_of_date)) === nextDay(lastDay, 2));
  expect(tonight.find(({ tenant_id }) => tenant_id === victim)?.status).toBe('refused');
  for (const id of tenants.slice(1))
    expect(tonight.find(({ tenant_id }) => tenant_id === id)?.status).toBe('succeeded');
  rmSync(join(home, 'landing', 'events', `tenant=${victim}`), { recursive: true });
}, 300_000);

test('a bad file of all tenants ends the night before anything is built, and every tenant is missing', async () => {
  land('events/day-3.csv', 'tenant_id,account_id,event_type,when\nx,y,login,yesterday\n');
  const before = await table(accountChurnScores, ['tenant_id', 'account_id', 'as_of_date', 'scored_at']);
  const { status, stdout } = await runChurn(home, ['nightly']);
  expect(status).toBe(2);
  expect(stdout).toMatch(/: 0 of \d+ tenants landed/);
  expect(stdout).toMatch(/missing: .* \(the night ended at import\)/);
  expect(stdout).toMatch(/import +refused .*day-3.csv: .*event_time/);
  expect(stdout).not.toMatch(/^build /m);
  expect(await table(accountChurnScores, ['tenant_id', 'account_id', 'as_of_date', 'scored_at'])).toEqual(
    before,
  );
  // Mended, the same command does the rest.
  land('events/day-3.csv', dayOfEvents(tenants, 2));
  const again = await runChurn(home, ['nightly']);
  expect(again.status, again.stderr).toBe(0);
}, 400_000);

test('a night that lands after its deadline says which tenants were late', async () => {
  const { status, stdout } = await runChurn(home, ['nightly', '--deadline', '1s']);
  expect(status).toBe(1);
  expect(stdout).toMatch(/: 0 of \d+ tenants landed by/);
  expect(stdout).toMatch(new RegExp(`late: ${tenants[0]} by \\d+ min`));
}, 300_000);

test('what killed processes left is shown, and the next night clears it away', async () => {
  const folders = [
    join(home, 'spill', 'churn-scratch-00000000-7-00000000-abc123'),
    join(home, 'snapshots', '.partial-of-a-killed-training'),
    join(home, 'published', 'files', '20260101T000000000Z-killed'),
  ];
  for (const left of folders) mkdirSync(left, { recursive: true });
  writeFileSync(join(folders[2]!, 'scores.parquet'), '');
  writeFileSync(join(home, 'published', 'current.json.00000000.part'), '');
  const yesterday = new Date(Date.now() - 25 * 3_600_000);
  utimesSync(folders[0]!, yesterday, yesterday);
  const asked = await runChurn(home, ['sweep', '--dry-run', '--json']);
  expect(asked.status, asked.stderr).toBe(0);
  expect(JSON.parse(asked.stdout)).toMatchObject({ left: [folders[0], folders[1]], isDryRun: true });
  expect(folders.every((left) => existsSync(left))).toBe(true);
  const swept = await runChurn(home, ['sweep']);
  expect(swept.stdout).toMatch(/removed: .*churn-scratch-.*, left by a process that is gone/);
  expect(swept.stdout).toMatch(/removed: 2 files of published nights that are not kept/);
  expect(folders.filter((left) => existsSync(left))).toEqual([]);
  expect(existsSync(join(home, 'published', 'current.json'))).toBe(true);
  expect((await runChurn(home, ['sweep'])).stdout).toMatch(/nothing was left behind/);
}, 120_000);

test('rows beyond their time go, and no others', async () => {
  const environment = { CHURN_KEEP_RUN_DAYS: '1', CHURN_KEEP_QUARANTINE_DAYS: '1' };
  const warehouse = await openDuckDbWarehouse({ file: join(home, 'warehouse.duckdb') });
  await recordNightStep(warehouse, {
    ...{ runId: 'long ago', night: '2026-01-01' as AsOfDate, step: 'build', status: 'running' },
    ...{ detail: {}, error: null, startedAt: new Date('2026-01-01'), finishedAt: null },
  });
  await warehouse.close();
  const before = (await table(nightSteps, ['run_id'])).length;
  const asked = await runChurn(home, ['sweep', '--dry-run', '--json'], environment);
  expect(JSON.parse(asked.stdout).rows).toEqual({ 'scores.night_steps': 1 });
  expect(await table(nightSteps, ['run_id'])).toHaveLength(before);
  const { stdout } = await runChurn(home, ['sweep'], environment);
  expect(stdout).toBe('removed: 1 row of scores.night_steps, beyond their time\n');
  const kept = await table(nightSteps, ['run_id']);
  expect(kept.map(({ run_id }) => run_id)).not.toContain('long ago');
  expect(kept).toHaveLength(before - 1);
}, 120_000);

test('killed at any moment, the next night closes its records and does the rest', async () => {
  land('events/day-4.csv', dayOfEvents(tenants, 3));
  for (const milliseconds of [1500, 4000]) {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../../cli/churn.mjs'), 'nightly'], {
      env: { PATH: process.env.PATH, CHURN_HOME: home },
      stdio: 'ignore',
    });
    // On a quick machine it may have ended before.
    const gone = once(child, 'exit');
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    child.kill('SIGKILL');
    await gone;
  }
  const { status, stdout, stderr } = await runChurn(home, ['nightly', '--json']);
  expect(status, stderr).toBe(0);
  expect(JSON.parse(stdout).missing).toEqual([]);
  for (const runs of [nightSteps, scoreRuns, buildRuns, importRuns])
    expect((await table(runs, ['status'])).filter(({ status }) => status === 'running')).toEqual([]);
  const imported = await table(importedFiles, ['file_name']);
  expect(imported.filter(({ file_name }) => file_name === 'day-4.csv')).toHaveLength(1);
}, 400_000);

test('two nights at once: the second waits, and gives up at its deadline with a sentence', async () => {
  const held = await openDuckDbWarehouse({ file: join(home, 'warehouse.duckdb') });
  try {
    const { status, stderr } = await runChurn(home, ['nightly', '--deadline', '1s']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/the warehouse is in use by process \d+ .* wait until it is done, or stop it/);
    const waiting = runChurn(home, ['nightly', '--deadline', '5m']);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    await held.close();
    expect((await waiting).status).toBe(0);
  } finally {
    if (existsSync(join(home, 'warehouse.duckdb'))) await held.close().catch(() => {});
  }
}, 400_000);

test('a back-fill over a range scores each of its days', async () => {
  const [from, to] = [nextDay(lastDay, -4), nextDay(lastDay, -2)];
  const { status, stderr } = await runChurn(home, ['nightly', '--from', from, '--to', to]);
  expect(status, stderr).toBe(0);
  const scored = await table(accountChurnScores, ['as_of_date']);
  const days = new Set(scored.map(({ as_of_date }) => fromEpochDay(Number(as_of_date))));
  for (const day of [from, nextDay(lastDay, -3), to]) expect([...days]).toContain(day);
  const runs = await table(scoreRuns, ['as_of_date', 'status']);
  const recorded = runs
    .filter(({ status }) => status === 'succeeded')
    .map(({ as_of_date }) => fromEpochDay(Number(as_of_date)));
  for (const day of [from, nextDay(lastDay, -3), to]) expect(recorded).toContain(day);
  const backwards = await runChurn(home, ['nightly', '--from', to, '--to', from]);
  expect(backwards.status).toBe(2);
  expect(backwards.stderr).toMatch(/--from and --to: they do not name a range of days/);
}, 400_000);

/** A collector of metrics and a server of lineage. */
async function startMonitors() {
  const received: { readonly path: string; readonly body: string }[] = [];
  const server = await loopbackServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      received.push({ path: request.url!, body: Buffer.concat(parts).toString('utf8') });
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  const bodies = (path: string) =>
    received.filter((one) => one.path === path).map(({ body }) => JSON.parse(body));
  return {
    url: server.url,
    stop: server.stop,
    lineage: () => bodies('/api/v1/lineage') as LineageEvent[],
    /** By metric and the values of its attributes. */
    gauges(): Record<string, number> {
      const [{ resourceMetrics }] = bodies('/v1/metrics') as [OtlpMetrics];
      const points = resourceMetrics[0]!.scopeMetrics[0]!.metrics.flatMap(({ name, gauge }) =>
        gauge.dataPoints.map(({ asDouble, asInt, attributes }) => [
          [name, ...attributes.map(({ value }) => value.stringValue)].join(' '),
          Number(asDouble ?? asInt),
        ]),
      );
      return Object.fromEntries(points);
    },
  };
}

interface LineageEvent {
  readonly eventType: string;
  readonly job: { readonly name: string };
  readonly run: { readonly runId: string; readonly facets: Record<string, unknown> };
}

interface OtlpMetrics {
  readonly resourceMetrics: readonly {
    readonly scopeMetrics: readonly {
      readonly metrics: readonly {
        readonly name: string;
        readonly gauge: {
          readonly dataPoints: readonly {
            readonly asDouble?: number;
            readonly asInt?: number;
            readonly attributes: readonly { readonly value: { readonly stringValue: string } }[];
          }[];
        };
      }[];
    }[];
  }[];
}

function land(name: string, content: string): void {
  const file = join(home, 'landing', name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** One event a tenant on a day after the demo's last, loaded on the same day. */
function dayOfEvents(of: readonly string[], daysLater = 0): string {
  // The last as-of date's own day is the first that may hold events yet unseen; the next midnight closes it.
  const day = nextDay(lastDay, daysLater + 1);
  return [
    'tenant_id,account_id,user_id,event_type,event_time,loaded_at',
    ...of.map((id) => `${id},new-account,u1,login,${day}T00:30:00Z,${day}T01:00:00Z`),
    '',
  ].join('\n');
}

function nextDay(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
}

async function table(of: TableDefinition, columns: readonly string[]) {
  const warehouse = await openDuckDbWarehouse({ file: join(home, 'warehouse.duckdb'), readOnly: true });
  try {
    return await rowsOf(warehouse, of, columns);
  } finally {
    await warehouse.close();
  }
}
