import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { readConfiguration } from '../../cli/configuration/configuration.ts';
import { demoToken } from '../../cli/context/demo-token.ts';
import { createTerminal } from '../../cli/context/terminal.ts';
import { openDuckDbWarehouse } from '../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { scoreNight } from '../../serving/batch/score-night.ts';
import { publishNight } from '../../serving/published/publish-night.ts';
import { championsOf, linearModel, smallFeatureSet } from '../serving/linear-model.ts';
import { writeSmallMarts } from '../serving/small-marts.ts';

const churn = join(import.meta.dirname, '../../cli/churn.mjs');

test('churn serve prints an address and a token, answers, and stops on a signal', async () => {
  const home = mkdtempSync(join(tmpdir(), 'churn-serve-'));
  const child = spawn(process.execPath, [churn, 'serve', '--json'], {
    env: { PATH: process.env.PATH, CHURN_HOME: home, CHURN_PORT: '0' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const [printed] = await once(child.stdout.setEncoding('utf8'), 'data');
    const { url, token } = JSON.parse(printed);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    // Nothing was ever scored here: alive, and honest about having no scores.
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    expect((await fetch(`${url}/v1/tenants/platform/scores`)).status).toBe(401);
    const authorized = await fetch(`${url}/v1/tenants/platform/scores`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect([404, 503]).toContain(authorized.status);
    // Only its owner may read what signs tokens, and the demo signs with it too.
    expect(statSync(join(home, 'token-secret')).mode & 0o777).toBe(0o600);
    const demos = await demoToken({
      configuration: readConfiguration({ CHURN_HOME: home }),
      terminal: createTerminal(true),
      clock: () => new Date(),
    });
    const page = await fetch(url, { headers: { cookie: `churn_session=${demos}` } });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('Log out');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true });
  }
});

test('churn serve answers from the published night while another process holds the warehouse', async () => {
  const home = mkdtempSync(join(tmpdir(), 'churn-serve-'));
  const file = join(home, 'warehouse.duckdb');
  const warehouse = await openDuckDbWarehouse({ file });
  await writeSmallMarts(warehouse, { tenants: { acme: 25 }, asOfDates: ['2026-11-09', '2026-11-16'] });
  const { runId } = await scoreNight({
    warehouse,
    registry: championsOf(linearModel({})),
    featureSet: smallFeatureSet,
    clock: () => new Date(),
    runId: 'published',
    log: () => {},
  });
  await publishNight({
    warehouse,
    folder: join(home, 'published'),
    runId,
    nightsKept: 14,
    clock: () => new Date(),
  });
  // This process keeps the file open for writing, as a night does for hours.
  const child = spawn(process.execPath, [churn, 'serve', '--json'], {
    env: { PATH: process.env.PATH, CHURN_HOME: home, CHURN_PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  try {
    const [printed] = await once(child.stdout.setEncoding('utf8'), 'data');
    const { url, token } = JSON.parse(printed);
    await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), 20_000);
    const list = await fetch(`${url}/v1/tenants/acme/scores`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(list.status).toBe(200);
    expect(list.headers.get('scores-stale')).not.toBe('true');
    expect(log).not.toContain('scores not refreshed');
  } finally {
    child.kill('SIGKILL');
    await warehouse.close();
    rmSync(home, { recursive: true, force: true });
  }
});
