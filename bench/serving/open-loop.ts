import { Agent, request as send } from 'node:http';
import type { Request } from './requests.ts';

export interface OpenLoop {
  readonly sent: number;
  readonly failures: number;
  readonly requestsPerSecond: number;
  readonly p50Milliseconds: number;
  readonly p95Milliseconds: number;
  readonly p99Milliseconds: number;
  readonly slowestMilliseconds: number;
}

/**
 * Sends at a fixed rate, whether or not earlier requests are answered, and measures each from the moment it was due:
 * a service that stalls is charged for every request that had to wait.
 */
export async function openLoop(
  url: string,
  requests: readonly Request[],
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<OpenLoop> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const total = perSecond * seconds;
  const milliseconds = new Float64Array(total);
  let failures = 0;
  let settled = 0;
  let sent = 0;
  const begun = performance.now();
  await new Promise<void>((resolve) => {
    const settle = (at: number, isFailure: boolean) => {
      milliseconds[at] = performance.now() - begun - (at * 1000) / perSecond;
      if (isFailure) failures++;
      if (++settled === total) resolve();
    };
    const timer = setInterval(() => {
      const due = Math.min(total, Math.floor(((performance.now() - begun) / 1000) * perSecond));
      for (; sent < due; sent++) {
        const at = sent;
        const { method, path, headers, body } = requests[at % requests.length]!;
        const outgoing = send(`${url}${path}`, { method, headers, agent }, (response) => {
          response.resume();
          response.on('end', () => settle(at, response.statusCode !== 200));
          response.on('error', () => settle(at, true));
        });
        outgoing.on('error', () => settle(at, true));
        outgoing.end(body);
      }
      if (sent === total) clearInterval(timer);
    }, 1);
  });
  const elapsed = (performance.now() - begun) / 1000;
  agent.destroy();
  milliseconds.sort();
  const quantile = (share: number) => milliseconds[Math.min(total - 1, Math.floor(share * total))]!;
  return {
    sent: total,
    failures,
    requestsPerSecond: total / elapsed,
    p50Milliseconds: quantile(0.5),
    p95Milliseconds: quantile(0.95),
    p99Milliseconds: quantile(0.99),
    slowestMilliseconds: milliseconds[total - 1]!,
  };
}
