import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRequestTraces, traceIdOf } from '../../../../serving/http/telemetry/request-traces.ts';
import { createServiceMetrics } from '../../../../serving/http/telemetry/service-metrics.ts';
import { loopbackServer } from '../loopback-server.ts';
import { TOTALS } from './exposed-metrics.ts';

const received = new Map<string, string>();
let collector: Awaited<ReturnType<typeof loopbackServer>>;

beforeAll(async () => {
  collector = await loopbackServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts);
      const isPacked = request.headers['content-encoding'] === 'gzip';
      received.set(request.url!, (isPacked ? gunzipSync(body) : body).toString('utf8'));
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
});
afterAll(() => collector.stop());

const REQUEST = { method: 'GET', route: '/v1/tenants/{tenant_id}/scores', status: 200, seconds: 0.01 };

it('is sent metrics', async () => {
  const metrics = createServiceMetrics({
    version: '1',
    otlpEndpoint: `${collector.url}/`,
    clock: () => new Date(),
    totals: () => TOTALS,
  });
  metrics.requestEnded(REQUEST);
  await metrics.stop();
  const body = received.get('/v1/metrics')!;
  for (const name of ['http.server.request.duration', 'churn.scores.age', 'churn.scores.accounts'])
    expect(body).toContain(name);
  expect(body).toContain(REQUEST.route);
});

it('is sent a span of each request, below the caller’s', async () => {
  const traces = createRequestTraces('1', collector.url);
  const parent = '4bf92f3577b34da6a3ce929d0e0e4736';
  const span = traces.start((name) =>
    name === 'traceparent' ? `00-${parent}-00f067aa0ba902b7-01` : undefined,
  );
  expect(traceIdOf(span)).toBe(parent);
  traces.end(span, REQUEST);
  await traces.stop();
  expect(received.get('/v1/traces')).toContain(`GET ${REQUEST.route}`);
});
