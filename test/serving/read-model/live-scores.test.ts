import { afterAll, beforeAll, expect, test } from 'vitest';
import { lentWarehouse } from '../../../features/warehouse/lent-warehouse.ts';
import { scoreNight } from '../../../serving/batch/score-night.ts';
import { type LiveScores, startLiveScores } from '../../../serving/read-model/live-scores.ts';
import { nightSteps, recordNightStep } from '../../../serving/scores-mart/night-steps.ts';
import { openTestWarehouse, type TestWarehouse } from '../../snowflake-endpoint/open-test-warehouse.ts';
import { championsOf, linearModel, smallFeatureSet } from '../linear-model.ts';
import { day, writeSmallMarts } from '../small-marts.ts';

const [FIRST, SECOND] = [day('2026-06-22'), day('2026-06-29')];
let snowflake: TestWarehouse;
let scores: LiveScores;
let now = new Date('2026-06-29T06:00:00Z');

beforeAll(async () => {
  snowflake = await openTestWarehouse();
  const tenants = { acme: 3, globex: 2, zeta: 4 };
  await writeSmallMarts(snowflake.warehouse, { tenants, asOfDates: [FIRST, SECOND] });
  await snowflake.warehouse.ensureTable(nightSteps);
  await night('first', FIRST);
  scores = startLiveScores({
    openWarehouse: async () => lentWarehouse(snowflake.warehouse),
    refreshSeconds: 1_000_000,
    clock: () => now,
    log: (line) => {
      throw new Error(line);
    },
  });
  await scores.refresh();
});

afterAll(async () => {
  await scores.stop();
  await snowflake.close();
});

async function night(runId: string, asOf = SECOND): Promise<void> {
  await scoreNight({
    warehouse: snowflake.warehouse,
    registry: championsOf(linearModel()),
    featureSet: smallFeatureSet,
    asOf,
    clock: () => now,
    runId,
    log: () => {},
  });
}

/** Kinds of the statements that a refresh sends. */
async function refresh(): Promise<string[]> {
  const before = snowflake.endpoint.statements.length;
  expect(await scores.refresh()).toBe(true);
  return snowflake.endpoint.statements.slice(before).map(({ kind }) => kind);
}

const current = () =>
  [...scores.snapshot()!].map(
    ([
      tenantId,
      {
        current: { run },
      },
    ]) => `${tenantId} ${run.asOf} ${run.runId}`,
  );

test('a refresh without news asks for table metadata only, signs in to nothing and confirms the scores', async () => {
  const signIns = snowflake.endpoint.faults.seen.get('login');
  now = new Date(now.getTime() + 300_000);
  expect(await refresh()).toEqual(['show', 'show']);
  expect(scores.confirmedAt()).toEqual(now);
  expect(snowflake.endpoint.faults.seen.get('login')).toBe(signIns);
  expect(current()).toEqual(['acme', 'globex', 'zeta'].map((tenantId) => `${tenantId} ${FIRST} first`));
});

test('a night is news, for all tenants with one statement a selection', async () => {
  await night('second');
  const kinds = await refresh();
  expect(kinds.slice(0, 2)).toEqual(['show', 'show']);
  expect(kinds.filter((kind) => kind === 'select').length).toBeLessThan(14);
  expect(current()).toEqual(['acme', 'globex', 'zeta'].map((tenantId) => `${tenantId} ${SECOND} second`));
  expect(await refresh()).toEqual(['show', 'show']);
});

test('runs replaced in place are seen with the next step of a night, and after six hours without one', async () => {
  const connection = await snowflake.endpoint.instance.connect();
  const rename = (runId: string) =>
    connection.run(`update scores.score_runs set run_id = '${runId}' where as_of_date = '${SECOND}'`);
  await rename('third');
  expect(await refresh()).toEqual(['show', 'show']);
  const step = { runId: 'third', night: SECOND, detail: {}, error: null, startedAt: now, finishedAt: now };
  await recordNightStep(snowflake.warehouse, { ...step, step: 'alerts', status: 'succeeded' });
  await refresh();
  expect(current()[0]).toBe(`acme ${SECOND} third`);
  await rename('fourth');
  now = new Date(now.getTime() + 6 * 3600_000);
  await refresh();
  expect(current()[0]).toBe(`acme ${SECOND} fourth`);
  connection.disconnectSync();
});
