import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { openDuckDbWarehouse } from '../../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { accountChurnScores } from '../../../serving/scores-mart/account-churn-scores.ts';
import { ensureScoresMart } from '../../../serving/scores-mart/ensure-scores-mart.ts';
import { scoreRuns } from '../../../serving/scores-mart/score-runs.ts';
import { createRandom } from '../../../stats/seeded-random.ts';
import { rowsOf, writeSmallMarts } from '../small-marts.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const KILLS = 20;
const TENANTS = 6;
const ACCOUNTS = 100;

const folder = temporaryFolder();

it(`leaves the old scores or the new ones when killed, ${KILLS} times`, async () => {
  const file = join(await folder.path(), 'warehouse.duckdb');
  const marts = await openDuckDbWarehouse({ file });
  const tenants = Object.fromEntries(Array.from({ length: TENANTS }, (_, index) => [`t${index}`, ACCOUNTS]));
  await writeSmallMarts(marts, { tenants, asOfDates: ['2026-11-09', '2026-11-16'] });
  await ensureScoresMart(marts);
  await marts.close();

  const random = createRandom(20);
  const makers = new Set<string>();
  let torn = 0;
  let kept: readonly string[] = [];
  let nightMilliseconds = Number.POSITIVE_INFINITY;
  let landingMilliseconds = Number.POSITIVE_INFINITY;
  let next = scorer(file, 0);
  onTestFinished(() => {
    next.kill('SIGKILL');
  });
  for (let kill = 0; kill < KILLS; kill++) {
    const child = next;
    // The next one loads its modules meanwhile; it touches the file only when told to.
    next = scorer(file, kill + 1);
    child.stdin.write('go\n');
    await told(child, 'open');
    if (kill % 2 === 0) {
      // Every other one dies while the scores of its second night are landing, where a tear would happen.
      const opened = performance.now();
      await told(child, 'scored');
      const scored = performance.now();
      await told(child, 'night');
      nightMilliseconds = Math.min(nightMilliseconds, performance.now() - opened);
      landingMilliseconds = Math.min(landingMilliseconds, performance.now() - scored);
      await told(child, 'scored');
      await sleep(random.next() * landingMilliseconds);
    } else await sleep(random.next() * nightMilliseconds);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const warehouse = await openDuckDbWarehouse({ file });
    const scores = await rowsOf(warehouse, accountChurnScores, [
      'tenant_id',
      'account_id',
      'revision',
      'run_id',
      'risk_rank',
    ]);
    const runs = await rowsOf(warehouse, scoreRuns, ['tenant_id', 'run_id', 'status']);
    await warehouse.close();

    // What was there stays, and each night is one more revision of everybody.
    const rows = scores.map((row) => JSON.stringify(row));
    expect(rows).toEqual(expect.arrayContaining([...kept]));
    kept = rows;
    const nights = scores.length / (ACCOUNTS * TENANTS);
    expect(Number.isInteger(nights)).toBe(true);
    const latest = scores.filter(({ revision }) => revision === nights);
    expect(latest).toHaveLength(nights === 0 ? 0 : ACCOUNTS * TENANTS);
    expect(Math.max(0, ...scores.map(({ revision }) => Number(revision)))).toBe(nights);
    // A night lands as one: every tenant is of the same night.
    expect(new Set(latest.map(({ run_id }) => run_id)).size).toBeLessThanOrEqual(1);
    for (const tenantId of Object.keys(tenants)) {
      const ofTenant = latest.filter((row) => row.tenant_id === tenantId);
      const runIds = new Set(ofTenant.map(({ run_id }) => run_id));
      const ranks = ofTenant.map(({ risk_rank }) => Number(risk_rank)).sort((a, b) => a - b);
      const isWhole = runIds.size === 1 && ofTenant.length === ACCOUNTS;
      if (!isWhole && ofTenant.length > 0) torn += 1;
      if (ofTenant.length > 0) expect(ranks).toEqual(ranks.map((_, index) => index + 1));
      // Scores come with the record of the run that made them, and a killed run has no scores.
      for (const runId of runIds) {
        makers.add(String(runId));
        expect(runs).toContainEqual({ tenant_id: tenantId, run_id: runId, status: 'succeeded' });
      }
    }
  }
  expect(torn).toBe(0);
  expect(makers.size).toBeGreaterThanOrEqual(KILLS / 2);
}, 240_000);

function scorer(file: string, kill: number): ChildProcessWithoutNullStreams {
  const script = fileURLToPath(new URL('score-night-child.ts', import.meta.url));
  return spawn(process.execPath, ['--import', 'tsx', script, file, String(kill / 10)]);
}

/** Resolves when the child says the word from now on. */
async function told(child: ChildProcessWithoutNullStreams, word: string): Promise<void> {
  for (let said = ''; !said.includes(word); ) said += String((await once(child.stdout, 'data'))[0]);
}
