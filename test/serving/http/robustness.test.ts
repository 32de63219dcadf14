import { once } from 'node:events';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createServiceLog } from '../../../serving/http/telemetry/service-log.ts';
import { type RunningService, startService } from '../../../serving/service/start-service.ts';
import { promoteSmallModel } from '../small-model.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { startRealService } from './real-service.ts';
import {
  REFRESH_SECONDS,
  SECRET,
  type ServiceUnderTest,
  startServiceUnderTest,
} from './service-under-test.ts';

const folder = temporaryFolder();
let service: ServiceUnderTest;

beforeAll(async () => {
  service = await startServiceUnderTest(await folder.path());
});
afterAll(() => service.stop());

const list = async () => service.get('/v1/tenants/acme/scores', await service.token());

describe('with the warehouse gone', () => {
  it('serves what it has, says how old that is, stays ready, and comes back', async () => {
    const before = await (await list()).text();
    const whole = `${service.file}.whole`;
    await rename(service.file, whole);
    await writeFile(service.file, 'what a disk leaves behind');
    service.now = new Date(service.now.getTime() + 120_000);
    expect(await service.scores.refresh()).toBe(false);
    const old = await list();
    expect(old.headers.get('scores-age-seconds')).toBe('120');
    // One read that failed is no news of newer scores: the next is not due yet.
    expect(old.headers.get('scores-stale')).toBeNull();
    service.now = new Date(service.now.getTime() + 3 * REFRESH_SECONDS * 1000);
    const stale = await list();
    expect(await stale.text()).toBe(before);
    expect(stale.headers.get('scores-stale')).toBe('true');
    const ready = await service.get('/readyz');
    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({
      status: 'ready',
      tenants: 2,
      scores_age_seconds: 3 * REFRESH_SECONDS + 120,
      scores_are_stale: true,
    });
    expect(await (await service.get('/metrics')).text()).toMatch(/churn_scores_stale(\{[^}]*\})? 1/);
    await rename(whole, service.file);
    expect(await service.scores.refresh()).toBe(true);
    expect((await list()).headers.get('scores-stale')).toBeNull();
    expect((await list()).headers.get('scores-age-seconds')).toBe('0');
  });

  it('from the start: alive, not ready, and told so', async () => {
    const running = await startRealService(service, {
      openWarehouse: () => Promise.reject(new Error('no route to host')),
    });
    const status = async (path: string) =>
      (await fetch(`${running.url}${path}`, { headers: { authorization: `Bearer ${running.token}` } }))
        .status;
    expect(await status('/healthz')).toBe(200);
    expect(await status('/readyz')).toBe(503);
    expect(await status('/v2/health/ready')).toBe(503);
    expect(await status('/v1/tenants/acme/scores')).toBe(503);
    await running.stop();
  });
});

describe('with a champion that is damaged', () => {
  it('refuses it and keeps the old one serving, until an intact one is there', async () => {
    let refused: string | null = null;
    const version = async () => {
      const body = { accounts: [{ active_days_28d: 3 }] };
      const response = await service.post('/v1/tenants/acme/score', body, await service.token());
      refused = response.headers.get('champion-refused');
      const metadata = await service.get('/v2/models/small', await service.token());
      expect(metadata.headers.get('champion-refused')).toBe(refused);
      return ((await response.json()) as { model_version: string }).model_version;
    };
    expect(await version()).toBe('v1');
    const weights = join(await folder.path(), 'models', 'small', 'v2', 'weights.bin');
    await promoteSmallModel(service.registry, { seed: 5 });
    const whole = await readFile(weights);
    const damaged = Buffer.from(whole);
    damaged[0]! ^= 0xff;
    await writeFile(weights, damaged);
    await service.champions.refresh();
    expect(await version()).toBe('v1');
    expect(refused).toBe('small v2');
    expect(service.log.map((line) => line.msg)).toContainEqual(
      expect.stringMatching(/champion refused, small v1 keeps serving: .*weights.bin was changed/),
    );
    await writeFile(weights, whole);
    await service.champions.refresh();
    expect(await version()).toBe('v2');
    expect(refused).toBeNull();
    const record = join(await folder.path(), 'models', '.champions', 'tenants', '2', 'change.json');
    const recorded = await readFile(record);
    await writeFile(record, '{');
    await service.champions.refresh();
    expect(await version()).toBe('v2');
    await writeFile(record, recorded);
  });

  it('does not answer with the model of all tenants in the place of a tenant’s own', async () => {
    const damaged = await promoteSmallModel(service.registry, {
      name: 'own',
      scope: { kind: 'tenant', tenantId: 'globex' },
      seed: 6,
    });
    await writeFile(join(await folder.path(), 'models', 'own', damaged, 'model.json'), '{');
    const body = { accounts: [{ active_days_28d: 3 }] };
    const token = await service.token({ tenants: ['globex'] });
    const response = await service.post('/v1/tenants/globex/score', body, token);
    expect(response.status).toBe(503);
    const problem = await response.text();
    expect(JSON.parse(problem)).toMatchObject({
      type: 'urn:churn:problem:champion-refused',
      detail: expect.stringContaining(`own ${damaged} was refused`),
    });
    expect(problem).not.toContain(await folder.path());
    for (const path of ['/v2/models/own', '/v2/models/own/ready'])
      expect((await service.get(path, token)).status).toBe(503);
    expect((await service.get('/v2/models/nobodys', token)).status).toBe(404);
    // Nothing of it is said to others.
    expect((await service.get('/v2/models/own', await service.token())).status).toBe(404);
    expect(service.log.map((line) => line.msg)).toContainEqual(
      expect.stringMatching(
        /champion refused, none is loaded: champion of tenant:globex: own@v1 cannot serve/,
      ),
    );
  });
});

describe('with a clock that jumps', () => {
  it('never reports a negative age and keeps serving', async () => {
    const before = service.now;
    for (const hours of [-48, 48]) {
      service.now = new Date(before.getTime() + hours * 3_600_000);
      const response = await list();
      expect(response.status).toBe(200);
      expect(Number(response.headers.get('scores-age-seconds'))).toBeGreaterThanOrEqual(0);
      expect(await service.scores.refresh()).toBe(true);
    }
    service.now = before;
  });
});

describe('on a socket', () => {
  let running: RunningService;

  beforeAll(async () => {
    running = await startRealService(service);
  });
  afterAll(() => running.stop());

  const authorized = () => ({ authorization: `Bearer ${running.token}` });

  it('answers others at once while a thousand clients dawdle', async () => {
    const port = Number(new URL(running.url).port);
    const sockets: Socket[] = [];
    for (let index = 0; index < 1_000; index++) {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined);
      // Half of them never finish their headers, half never finish their body.
      socket.write(
        index % 2 === 0
          ? 'GET /v1/tenants/acme/scores HTTP/1.1\r\nhost: x\r\nx-slow: '
          : 'POST /v1/tenants/acme/score HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
      );
      sockets.push(socket);
      if (index % 100 === 99) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const begun = performance.now();
    for (let index = 0; index < 20; index++) {
      const response = await fetch(`${running.url}/v1/tenants/acme/scores`, { headers: authorized() });
      expect(response.status).toBe(200);
      await response.arrayBuffer();
    }
    expect((performance.now() - begun) / 20).toBeLessThan(500);
    const [dawdler] = sockets;
    for (const socket of sockets.slice(1)) socket.destroy();
    const [told] = (await once(dawdler!, 'data')) as [Buffer];
    expect(told.toString()).toMatch(/^HTTP\/1.1 408 [\s\S]*urn:churn:problem:malformed-request/);
    dawdler!.destroy();
  });

  it.each(['with a length', 'in chunks'])('refuses ten megabytes %s without taking them', async (how) => {
    const before = process.memoryUsage().rss;
    const status = await new Promise<number>((resolve, reject) => {
      const sending = request(`${running.url}/v1/tenants/acme/score`, {
        method: 'POST',
        headers: {
          ...authorized(),
          'content-type': 'application/json',
          ...(how === 'in chunks' ? {} : { 'content-length': 10 * 1024 * 1024 }),
        },
      });
      sending.on('response', (response) => {
        response.resume();
        resolve(response.statusCode!);
      });
      // A server that has answered may hang up while the rest is still coming.
      sending.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') reject(error);
      });
      const block = Buffer.alloc(64 * 1024, ' ');
      for (let sent = 0; sent < 160; sent++) sending.write(block);
      sending.end();
    });
    expect(status).toBe(413);
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
    expect((await fetch(`${running.url}/healthz`)).status).toBe(200);
  });

  it.each([
    ['no HTTP at all', 'HELO\r\n\r\n', 400],
    ['headers without end', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`, 431],
    ['two lengths', 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx', 400],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['TRACE', 'TRACE / HTTP/1.1\r\nhost: x\r\n\r\n', 405],
  ])('answers %s with a problem', async (_what, text, status) => {
    const socket = connect(Number(new URL(running.url).port), '127.0.0.1');
    socket.write(text);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer.toString()).toContain('application/problem+json');
    socket.destroy();
  });

  it('finishes what is in progress when it is stopped, and tells others and probes that it stops', async () => {
    const stopping = await startRealService(service);
    const port = Number(new URL(stopping.url).port);
    const body = JSON.stringify({ accounts: [{ open_tickets: 1 }] });
    const socket = connect(port, '127.0.0.1');
    socket.write(
      `POST /v1/tenants/acme/score HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${stopping.token}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body.slice(0, 10)}`,
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    const stopped = stopping.stop();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const status = async (path: string) => (await fetch(`${stopping.url}${path}`)).status;
    expect(await status('/healthz')).toBe(200);
    expect(await status('/v2/health/live')).toBe(200);
    expect(await status('/readyz')).toBe(503);
    const other = await fetch(`${stopping.url}/v1/tenants/acme/scores`, {
      headers: { authorization: `Bearer ${stopping.token}` },
    });
    expect(other.status).toBe(503);
    expect(other.headers.get('connection')).toBe('close');
    expect(await other.json()).toMatchObject({ type: 'urn:churn:problem:stopping' });
    socket.write(body.slice(10));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1.1 200 /);
    await stopped;
    await expect(fetch(`${stopping.url}/healthz`)).rejects.toThrow();
  });
});

describe('starting', () => {
  const start = (options: object) =>
    startService({
      host: '127.0.0.1',
      port: 0,
      openWarehouse: () => Promise.reject(new Error('none')),
      registry: service.registry,
      refreshSeconds: 3600,
      requestsPerMinute: null,
      rowsPerMinute: null,
      clock: () => new Date(),
      log: createServiceLog({ write: () => undefined }),
      ...options,
    });

  it.each([
    [{ host: '0.0.0.0' }, /set CHURN_JWT_SECRET or CHURN_JWKS_URL/],
    [{ jwtSecret: 'short' }, /CHURN_JWT_SECRET/],
    [{ jwtSecret: SECRET, jwksUrl: 'https://id.example/keys' }, /unset one of the two/],
    [{ jwksUrl: 'https://id.example/keys' }, /set CHURN_JWT_ISSUER and CHURN_JWT_AUDIENCE/],
    [{ jwksUrl: 'http://id.example/keys', jwtIssuer: 'i', jwtAudience: 'a' }, /give an https address/],
    [{ jwksUrl: 'keys', jwtIssuer: 'i', jwtAudience: 'a' }, /give an https address/],
  ])('is refused with %o', async (options, message) => {
    await expect(start(options)).rejects.toThrow(message);
  });

  it('is refused on a port that is taken, and makes no token where it has keys', async () => {
    const first = await start({ jwtSecret: SECRET });
    expect(first.token).toBeNull();
    const port = Number(new URL(first.url).port);
    const openWarehouse = vi.fn(() => Promise.reject(new Error('none')));
    const registry = { champions: vi.fn(), load: vi.fn() };
    await expect(start({ port, openWarehouse, registry })).rejects.toThrow(/another process listens there/);
    // Loading takes long, and would be for nothing.
    for (const touched of [openWarehouse, registry.champions, registry.load])
      expect(touched).not.toHaveBeenCalled();
    await first.stop();
    await expect(fetch(`${first.url}/healthz`)).rejects.toThrow();
  });
});
