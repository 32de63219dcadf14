import { expect, it } from 'vitest';
import { pushNightMetrics } from '../../../serving/monitoring/push-night-metrics.ts';
import { loopbackServer } from '../http/loopback-server.ts';

/* What is pushed is tested with a whole night, in test/cli/nightly.test.ts. */

const at = new Date('2026-11-17T02:00:00Z');
const NIGHT = {
  startedAt: at,
  finishedAt: at,
  exitCode: 0,
  steps: [],
  tenantsByOutcome: { landed: 0, refused: 0, failed: 0, missing: 0 },
  lateTenants: 0,
  rowsScored: 0,
  newestAsOf: null,
};

it('a collector that refuses is named, with what to check', async () => {
  const collector = await loopbackServer((_request, response) => {
    response.writeHead(400).end();
  });
  const pushed = pushNightMetrics(NIGHT, { version: '1', otlpEndpoint: collector.url, clock: () => at });
  await expect(pushed).rejects.toThrow(
    new RegExp(`^${collector.url}: the collector did not take the metrics .*OTEL_EXPORTER_OTLP_ENDPOINT`),
  );
  await collector.stop();
});
