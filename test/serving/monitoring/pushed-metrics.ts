import { pushNightMetrics } from '../../../serving/monitoring/push-night-metrics.ts';
import { loopbackServer } from '../http/loopback-server.ts';

/** Names of the metrics that a night pushes to a collector. */
export async function pushedMetrics(): Promise<readonly string[]> {
  let body = '';
  const collector = await loopbackServer((request, response) => {
    request.on('data', (part: Buffer) => {
      body += part.toString('utf8');
    });
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  });
  const [startedAt, finishedAt] = [new Date('2026-11-17T02:00:00Z'), new Date('2026-11-17T02:10:00Z')];
  await pushNightMetrics(
    {
      startedAt,
      finishedAt,
      exitCode: 3,
      steps: [{ step: 'score', status: 'refused', startedAt, finishedAt }],
      tenantsByOutcome: { landed: 9, refused: 1, failed: 0, missing: 0 },
      lateTenants: 0,
      rowsScored: 900,
      newestAsOf: '2026-11-16',
    },
    { version: '1', otlpEndpoint: collector.url, clock: () => finishedAt },
  );
  await collector.stop();
  const { resourceMetrics } = JSON.parse(body) as {
    resourceMetrics: { scopeMetrics: { metrics: { name: string }[] }[] }[];
  };
  return resourceMetrics[0]!.scopeMetrics[0]!.metrics.map(({ name }) => name);
}
