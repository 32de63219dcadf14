import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runChurn } from './churn-process.ts';

/** Requests while no night runs, or while one does. */
export interface ServiceLoad {
  readonly during: 'idle' | 'night';
  readonly seconds: number;
  readonly requests: number;
  readonly failed: number;
  readonly stale: number;
  readonly p50Milliseconds: number;
  readonly p95Milliseconds: number;
}

const ENTRY = join(import.meta.dirname, '..', '..', 'cli', 'churn.mjs');
/** A light load: a few people who read their lists. */
const REQUESTS_PER_SECOND = 10;

/** Serves a home, and asks for tenants' lists and summaries while nothing else happens and while nights run. */
export async function measureService(
  home: string,
  tenantIds: readonly string[],
  { nights, idleSeconds }: { readonly nights: number; readonly idleSeconds: number },
): Promise<readonly ServiceLoad[]> {
  const service = spawn(process.execPath, [ENTRY, 'serve', '--json'], {
    env: { PATH: process.env.PATH, CHURN_HOME: home, CHURN_PORT: '0', CHURN_RATE_LIMIT: '0' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    let printed = '';
    while (!printed.includes('}')) printed += String((await once(service.stdout, 'data'))[0]);
    const { url, token } = JSON.parse(printed) as { readonly url: string; readonly token: string };
    const ask = requester(url, token, ['platform', ...tenantIds]);
    await asking(ask, sleep(5000));
    const idle = await asking(ask, sleep(idleSeconds * 1000));
    const work = async () => {
      for (let night = 0; night < nights; night++) {
        const { status, stderr } = await runChurn(home, ['nightly']);
        if (status !== 0) throw new Error(`the night ended with ${status}: ${stderr}`);
      }
    };
    const busy = await asking(ask, work());
    return [
      { during: 'idle', ...idle },
      { during: 'night', ...busy },
    ];
  } finally {
    service.kill('SIGTERM');
    await once(service, 'exit');
  }
}

interface Answer {
  readonly milliseconds: number;
  readonly isStale: boolean;
  readonly isFailed: boolean;
}

/** Asks at a steady pace, whatever the answers take. */
async function asking(ask: (turn: number) => Promise<Answer>, until: Promise<unknown>) {
  const started = performance.now();
  const asked: Promise<Answer>[] = [];
  let isOver = false;
  const over = until.finally(() => {
    isOver = true;
  });
  for (let turn = 0; !isOver; turn++) {
    asked.push(ask(turn));
    await sleep(1000 / REQUESTS_PER_SECOND);
  }
  await over;
  const seconds = (performance.now() - started) / 1000;
  const answers = await Promise.all(asked);
  const times = answers.map(({ milliseconds }) => milliseconds).sort((left, right) => left - right);
  const quantile = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))]!;
  return {
    seconds,
    requests: answers.length,
    failed: answers.filter(({ isFailed }) => isFailed).length,
    stale: answers.filter(({ isStale }) => isStale).length,
    p50Milliseconds: quantile(0.5),
    p95Milliseconds: quantile(0.95),
  };
}

function requester(url: string, token: string, tenantIds: readonly string[]) {
  const routes = ['scores?limit=50', 'summary', 'scores?band=high'];
  return async (turn: number): Promise<Answer> => {
    const tenant = tenantIds[turn % tenantIds.length]!;
    const started = performance.now();
    const answer = await fetch(`${url}/v1/tenants/${tenant}/${routes[turn % routes.length]}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    await answer.arrayBuffer();
    return {
      milliseconds: performance.now() - started,
      isStale: answer.headers.get('scores-stale') !== null,
      isFailed: answer.status !== 200,
    };
  };
}

export function describeService(loads: readonly ServiceLoad[]): string {
  return [
    '| during | seconds | requests | failed | stale | p50, ms | p95, ms |',
    '|---|---|---|---|---|---|---|',
    ...loads.map(({ during, seconds, requests, failed, stale, p50Milliseconds, p95Milliseconds }) => {
      const cells = [during, seconds.toFixed(0), requests, failed, stale, p50Milliseconds.toFixed(1)];
      return `| ${[...cells, p95Milliseconds.toFixed(1)].join(' | ')} |`;
    }),
    '',
    `p95 during a night is ${ratio(loads).toFixed(2)} times that of idle`,
  ].join('\n');
}

/** No stale or failed answer, and the 95th percentile within twice that of idle. */
export function isServiceFault(loads: readonly ServiceLoad[]): boolean {
  return loads.some(({ failed, stale }) => failed + stale > 0) || ratio(loads) > 2;
}

function ratio([idle, busy]: readonly ServiceLoad[]): number {
  return busy!.p95Milliseconds / idle!.p95Milliseconds;
}
