import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Platform } from './platform.ts';

const root = join(import.meta.dirname, '..', '..');
const SECONDS_TO_START = 180;

export interface Service {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** `churn serve` as anybody starts it on a CHURN_HOME, with its access log in a file. */
export async function startOurs(
  served: string,
  secret: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Service> {
  const port = await freePort();
  const child = spawn(process.execPath, [join(root, 'cli', 'churn.mjs'), 'serve'], {
    env: {
      PATH: process.env.PATH,
      CHURN_HOME: served,
      CHURN_PORT: String(port),
      CHURN_JWT_SECRET: secret,
      ...environment,
    },
    stdio: ['ignore', 'ignore', openSync(`${served}.log`, 'w')],
  });
  return started('churn serve', child, port, '/readyz');
}

/** One uvicorn worker, with its access log in a file too. */
export async function startPeer({ served, world }: Platform, secret: string): Promise<Service> {
  const peer = join(root, 'bench', 'serving', 'peer');
  const { stdout } = await promisify(execFile)('bash', [join(peer, 'environment')]);
  const port = await freePort();
  const args = ['-m', 'uvicorn', 'peer:app', '--app-dir', peer, '--port', String(port)];
  const log = openSync(`${served}.peer.log`, 'w');
  const child = spawn(stdout.trim(), args, {
    env: {
      PATH: process.env.PATH,
      CHURN_JWT_SECRET: secret,
      PEER_SERVED_WAREHOUSE: join(served, 'warehouse.duckdb'),
      PEER_WORLD_WAREHOUSE: join(world, 'warehouse.duckdb'),
      PYTHONDONTWRITEBYTECODE: '1',
    },
    stdio: ['ignore', log, log],
  });
  return started('FastAPI', child, port, '/healthz');
}

async function started(name: string, child: ChildProcess, port: number, probe: string): Promise<Service> {
  const url = `http://127.0.0.1:${port}`;
  for (let waited = 0; ; waited += 0.25) {
    const response = await fetch(`${url}${probe}`).catch(() => null);
    if (response?.ok) break;
    if (child.exitCode !== null || waited > SECONDS_TO_START) {
      child.kill('SIGKILL');
      throw new Error(`${name} did not start; its log is next to the data it serves`);
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return {
    name,
    url,
    pid: child.pid!,
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return (address as { port: number }).port;
}
