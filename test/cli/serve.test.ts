import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('churn serve prints an address and a token, answers, and stops when told', async () => {
  const home = mkdtempSync(join(tmpdir(), 'churn-serve-'));
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '../../cli/churn.mjs'), 'serve', '--json'],
    {
      env: { PATH: process.env.PATH, CHURN_HOME: home, CHURN_PORT: '0' },
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
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
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
    rmSync(home, { recursive: true, force: true });
  }
});
