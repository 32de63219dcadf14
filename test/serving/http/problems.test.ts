import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { type ServiceUnderTest, startServiceUnderTest } from './service-under-test.ts';

const folder = temporaryFolder();
let service: ServiceUnderTest;

beforeAll(async () => {
  service = await startServiceUnderTest(
    await folder.path(),
    { tenants: { acme: 4 }, asOfDates: ['2026-11-02', '2026-11-09', '2026-11-16'] },
    { requestsPerMinute: 60 },
  );
});
afterAll(() => service.stop());

describe('every refusal is a problem document', () => {
  it.each([
    ['GET', '/nowhere', 404],
    ['GET', '/v1/nowhere', 404],
    ['DELETE', '/v1/tenants/acme/scores', 405],
    ['POST', '/v1/tenants/acme/scores', 405],
    ['GET', '/v1/tenants/acme/score', 405],
    ['PATCH', '/healthz', 405],
    ['OPTIONS', '/v1/tenants/acme/scores', 405],
    ['GET', '/session', 405],
    ['POST', '/v1/tenants/acme/score', 401],
    ['GET', '/v2/models/small', 401],
  ])('%s %s', async (method, path, status) => {
    const response = await service.app.request(path, { method });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toMatchObject({
      type: expect.stringMatching(/^urn:churn:problem:/),
      title: expect.any(String),
      status,
      detail: expect.any(String),
      instance: path,
    });
    if (status === 405) expect(response.headers.get('allow')).toMatch(/GET|POST/);
  });

  it.each([
    ['/nowhere', 404, 'No such page'],
    ['/tenants', 404, 'No such page'],
    ['/tenants/acme/nothing', 404, 'No such page'],
    ['/session', 405, 'This route answers POST'],
  ])('and a page for a browser at %s', async (path, status, text) => {
    const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
    const response = await service.get(path, undefined, { accept });
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toContain(text);
    if (status === 405) expect(response.headers.get('allow')).toBe('POST');
    const api = await service.get('/v1/nowhere', undefined, { accept });
    expect(api.headers.get('content-type')).toBe('application/problem+json');
  });

  it('a defect gives its details to the log only', async () => {
    vi.spyOn(service.scores, 'confirmedAt').mockImplementationOnce(() => {
      throw new Error('the password is hunter2');
    });
    const response = await service.get('/readyz');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('hunter2');
    expect(service.log.some((line) => String(line.error).includes('hunter2'))).toBe(true);
  });
});

describe('limits', () => {
  it('stops the subject that asks too often, and no other', async () => {
    const token = await service.token({ subject: 'eager' });
    const statuses: number[] = [];
    for (let request = 0; request < 12; request++)
      statuses.push((await service.get('/v1/tenants/acme/summary', token)).status);
    expect(statuses).toEqual([...new Array(10).fill(200), 429, 429]);
    const refused = await service.get('/v1/tenants/acme/summary', token);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const another = await service.token({ subject: 'patient' });
    expect((await service.get('/v1/tenants/acme/summary', another)).status).toBe(200);
  });
});

describe('headers', () => {
  it('stop other sites from reading, framing or scripting anything', async () => {
    const response = await service.get('/healthz', undefined, { origin: 'https://elsewhere.example' });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    const page = await service.get('/');
    expect(page.headers.get('content-security-policy')).not.toContain('script-src');
    expect(await page.text()).not.toMatch(/<script|style=|https?:\/\//);
  });

  it('carry the request’s id, or the caller’s if it sent a valid one', async () => {
    const own = await service.get('/healthz');
    expect(own.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
    const given = await service.get('/healthz', undefined, { 'x-request-id': 'abc-123' });
    expect(given.headers.get('x-request-id')).toBe('abc-123');
    const forged = await service.get('/healthz', undefined, { 'x-request-id': 'a"b{}' });
    expect(forged.headers.get('x-request-id')).not.toBe('a"b{}');
  });
});

describe('telemetry', () => {
  it('logs a request by its route, with no path, query, name or token', async () => {
    const token = await service.token({ subject: 'ana@example.com' });
    service.log.length = 0;
    await service.get('/v1/tenants/acme/accounts/a00003?x=1', token, { 'x-request-id': 'r1' });
    expect(service.log.at(-1)).toMatchObject({
      level: 'info',
      msg: 'request',
      request_id: 'r1',
      method: 'GET',
      route: '/v1/tenants/{tenant_id}/accounts/{account_id}',
      status: 200,
      duration_ms: expect.any(Number),
    });
    const line = JSON.stringify(service.log);
    for (const personal of ['ana@example.com', 'a00003', 'acme', token]) expect(line).not.toContain(personal);
  });

  it('measures requests with a boundary at 0.8 s, the snapshot and the models', async () => {
    await service.get('/v1/tenants/acme/no-such-thing/really');
    const text = await (await service.get('/metrics')).text();
    expect(text).toMatch(
      /http_server_request_duration_bucket\{[^}]*http_route="\/v1\/tenants\/\{tenant_id\}\/accounts\/\{account_id\}"[^}]*le="0.8"\} \d/,
    );
    expect(text).toMatch(/churn_scores_age(\{[^}]*\})? \d/);
    expect(text).toMatch(/churn_scores_accounts\{[^}]*risk_band="low"[^}]*\} \d/);
    expect(text).toMatch(/churn_model_tenants\{[^}]*model_version="of one tenant"[^}]*\} 1/);
    expect(text).not.toContain('no-such-thing');
  });
});

describe('the OpenAPI document', () => {
  it('describes every route of the API, and the docs page shows them all', async () => {
    const document = (await (await service.get('/openapi.json')).json()) as {
      openapi: string;
      paths: Record<string, Record<string, { operationId: string; responses: object }>>;
    };
    expect(document.openapi).toBe('3.1.0');
    const served = service.app.routes
      .filter(({ method, path }) => method !== 'ALL' && /^\/(v1|v2|healthz|readyz)/.test(path))
      .map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)/g, '{$1}')}`);
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(described.sort()).toEqual([...new Set(served)].sort());
    const docs = await (await service.get('/docs')).text();
    for (const path of Object.keys(document.paths)) expect(docs).toContain(path);
    expect(docs).toContain('id="AccountRisk"');
  });
});
