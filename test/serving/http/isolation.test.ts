import { SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountId, tenant } from '../small-marts.ts';
import { promoteSmallModel } from '../small-model.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { SECRET, type ServiceUnderTest, startServiceUnderTest } from './service-under-test.ts';

const folder = temporaryFolder();
let service: ServiceUnderTest;
let acme: string;

beforeAll(async () => {
  service = await startServiceUnderTest(await folder.path(), {
    // The same account ids in every tenant: an id alone must lead nowhere.
    tenants: { acme: 40, globex: 25, 'acme/../globex': 3, ACME: 4, ａｃｍｅ: 2, 'a c m e': 2 },
    asOfDates: ['2026-11-02', '2026-11-09', '2026-11-16'],
  });
  await promoteSmallModel(service.registry, {
    name: 'globex-own',
    scope: { kind: 'tenant', tenantId: 'globex' },
    seed: 2,
  });
  acme = await service.token({ tenants: ['acme'] });
});
afterAll(() => service.stop());

/** Whether an answer holds anything of a tenant other than acme. */
async function expectNothingForeign(response: Response): Promise<void> {
  const text = await response.text();
  for (const foreign of [
    'globex customer',
    'ACME customer',
    'ａｃｍｅ customer',
    'a c m e customer',
    'globex-own',
  ])
    expect(text).not.toContain(foreign);
}

const READS = ['scores', `accounts/${accountId(0)}`, 'summary'];

describe('a token', () => {
  const now = () => Math.floor(service.now.getTime() / 1000);
  const signed = (claims: Record<string, unknown>, secret = SECRET, alg = 'HS256') =>
    new SignJWT(claims).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret));
  const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const good = () => ({ sub: 'eve', tenants: '*', scope: 'scores:read scores:compute', exp: now() + 600 });

  it('is refused unless it is intact, signed by us, valid now and complete', async () => {
    const unsigned = `${encoded({ alg: 'none', typ: 'JWT' })}.${encoded(good())}.`;
    const [head, body, signature] = (await signed(good())).split('.') as [string, string, string];
    const without = (name: keyof ReturnType<typeof good>) => {
      const { [name]: _left, ...rest } = good();
      return signed(rest);
    };
    const bad: [string, string | undefined][] = [
      ['none at all', undefined],
      ['nonsense', 'x'],
      ['unsigned', unsigned],
      ['another secret', await signed(good(), 'another secret, long enough for HS256')],
      ['another algorithm', await signed(good(), SECRET, 'HS512')],
      ['claims changed after signing', `${head}.${encoded({ ...good(), sub: 'root' })}.${signature}`],
      ['signature cut', `${head}.${body}.${signature.slice(0, -4)}`],
      ['expired', await signed({ ...good(), exp: now() - 61 })],
      ['not yet', await signed({ ...good(), nbf: now() + 61 })],
      ['without an end', await without('exp')],
      ['without tenants', await without('tenants')],
      ['without a scope', await without('scope')],
      ['tenants as text', await signed({ ...good(), tenants: 'acme' })],
      ['tenants as an object', await signed({ ...good(), tenants: { 0: 'acme' } })],
      ['a star in a list of numbers', await signed({ ...good(), tenants: [1] })],
      ['ten thousand characters', 'a'.repeat(10_000)],
    ];
    for (const [what, token] of bad)
      for (const path of READS) {
        const response = await service.get(`/v1/tenants/acme/${path}`, token);
        expect(response.status, what).toBe(401);
        expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
        expect(await response.json()).toMatchObject({ type: 'urn:churn:problem:unauthorized' });
      }
    expect((await service.get('/v1/tenants/acme/scores', await signed(good()))).status).toBe(200);
  });

  it('is accepted with up to a minute of clock skew', async () => {
    const early = await signed({ ...good(), nbf: now() + 50 });
    const late = await signed({ ...good(), exp: now() - 50 });
    for (const token of [early, late])
      expect((await service.get('/v1/tenants/acme/summary', token)).status).toBe(200);
    const before = service.now;
    service.now = new Date(before.getTime() + 20_000);
    expect((await service.get('/v1/tenants/acme/summary', late)).status).toBe(401);
    service.now = before;
  });

  it('with a star in a list names a tenant of that name, not all tenants', async () => {
    const token = await service.token({ tenants: ['*'] });
    expect((await service.get('/v1/tenants/acme/scores', token)).status).toBe(404);
  });

  it('allows what its scope says', async () => {
    const reader = await service.token({ scopes: ['scores:read'] });
    const computer = await service.token({ scopes: ['scores:compute'] });
    const body = { accounts: [{ open_tickets: 1 }] };
    expect((await service.get('/v1/tenants/acme/scores', reader)).status).toBe(200);
    expect((await service.post('/v1/tenants/acme/score', body, computer)).status).toBe(200);
    for (const response of [
      await service.get('/v1/tenants/acme/scores', computer),
      await service.get('/v1/tenants/globex/scores', computer),
      await service.post('/v1/tenants/acme/score', body, reader),
      await service.get('/v2/models/small', reader),
    ]) {
      expect(response.status).toBe(403);
      expect(response.headers.get('www-authenticate')).toContain('insufficient_scope');
    }
  });
});

describe('a route', () => {
  interface Route {
    readonly path: string;
    readonly method: string;
    readonly isOpen: boolean;
  }

  /** Every route of the OpenAPI document, so that a new one is tried too. */
  async function routes(): Promise<Route[]> {
    const { paths } = (await (await service.get('/openapi.json')).json()) as {
      paths: Record<string, Record<string, { security?: unknown }>>;
    };
    return Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { security }]) => ({
        path,
        method,
        isOpen: security === undefined,
      })),
    );
  }

  /** A request that no schema would let through, so that whoever asks must be checked before what is asked. */
  const invalid = ({ path, method }: Route, tenantId: string, token?: string) =>
    service.app.request(
      `${path.replace('{tenant_id}', tenantId).replaceAll(/\{\w+\}/g, 'x')}?limit=none&unknown=1`,
      {
        method: method.toUpperCase(),
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(method === 'post' ? { 'content-type': 'text/plain' } : {}),
        },
        ...(method === 'post' ? { body: '{' } : {}),
      },
    );

  it('needs a token before it looks at the request, except for five that hold no scores', async () => {
    const all = await routes();
    expect(all.filter(({ isOpen }) => isOpen).map(({ path }) => path)).toEqual([
      '/v2',
      '/v2/health/live',
      '/v2/health/ready',
      '/healthz',
      '/readyz',
    ]);
    const guarded = all.filter(({ isOpen }) => !isOpen);
    expect(guarded.length).toBeGreaterThanOrEqual(10);
    for (const route of guarded)
      expect([route.path, (await invalid(route, 'acme')).status]).toEqual([route.path, 401]);
  });

  it('knows no other tenant, whatever is asked of it', async () => {
    const ofTenant = (await routes()).filter(({ path }) => path.includes('{tenant_id}'));
    expect(ofTenant.length).toBeGreaterThanOrEqual(4);
    for (const route of ofTenant) {
      const response = await invalid(route, 'globex', acme);
      expect([route.path, response.status]).toEqual([route.path, 404]);
      await expectNothingForeign(response);
    }
  });
});

describe('another tenant', () => {
  it.each(READS)('looks like a tenant that does not exist: %s', async (path) => {
    const answer = async (tenantId: string, token: string) => {
      const response = await service.get(`/v1/tenants/${tenantId}/${path}`, token);
      const body = (await response.text()).replaceAll(tenantId, '·');
      const headers = [...response.headers].filter(([name]) => name !== 'x-request-id');
      return { status: response.status, body, headers };
    };
    const foreign = await answer('globex', acme);
    expect(foreign.status).toBe(404);
    expect(await answer('initech', acme)).toEqual(foreign);
    expect(await answer('initech', await service.token({ tenants: '*' }))).toEqual(foreign);
    expect(await answer('globex', await service.token({ tenants: [] }))).toEqual(foreign);
  });

  it.each([
    '/v1/tenants/globex/scores',
    '/v1/tenants/GLOBEX/scores',
    '/v1/tenants/ACME/scores',
    '/v1/tenants/acme%00/scores',
    '/v1/tenants/acme%20/scores',
    '/v1/tenants/%61cme%2F..%2Fglobex/scores',
    '/v1/tenants/acme/../globex/scores',
    '/v1/tenants/acme/%2e%2e/globex/scores',
    '/v1/tenants/acme/..%2f..%2fglobex/scores',
    '/v1/tenants/acme;globex/scores',
    '/v1/tenants/acme,globex/scores',
    '/v1/tenants/*/scores',
    '/v1/tenants/%2A/scores',
    '/v1/tenants//globex/scores',
    `/v1/tenants/${encodeURIComponent('ａｃｍｅ')}/scores`,
    `/v1/tenants/${encodeURIComponent('а')}cme/scores`,
    '/v1/tenants/acme%E2%80%8B/scores',
    '/v1/tenants/%FF%FE/scores',
    '/v1/tenants/__proto__/scores',
    '/v1/tenants/constructor/summary',
    '/v1/tenants/globex/accounts/a00000',
    '/v1/tenants/acme/accounts/..%2F..%2Fglobex%2Faccounts%2Fa00000',
    '/v1/tenants/acme/accounts/globex%2Fa00000',
    '/tenants/globex',
    '/tenants/globex/scores.csv',
    '/tenants/globex/calls',
    '/tenants/globex/portfolio',
    '/tenants/globex/model',
    '/tenants/globex/accounts/a00000',
    '/tenants/acme/calls/..%2F..%2Fglobex%2Fcalls',
    '/tenants/acme/accounts/..%2F..%2Fglobex%2Faccounts%2Fa00000',
  ])('is not reached by the path %s', async (path) => {
    const response = await service.app.request(path, {
      headers: { authorization: `Bearer ${acme}`, cookie: `churn_session=${acme}` },
    });
    expect([400, 404]).toContain(response.status);
    await expectNothingForeign(response);
  });

  it.each([
    'tenant_id=globex',
    'tenant=globex',
    'tenants[]=globex',
    'owner=ana&owner=bo',
    'owner[]=ana',
    'segment[$ne]=smb',
    'sort=tenant_id',
    'sort=risk,globex',
    'sort[]=risk',
    'band[0]=high',
    '__proto__[tenant_id]=globex',
    'limit=1e9',
    'limit=-1',
  ])('is not reached by the query %s', async (query) => {
    const response = await service.get(`/v1/tenants/acme/scores?${query}`, acme);
    expect(response.status).toBe(400);
    await expectNothingForeign(response);
  });

  it.each(['q=globex', 'q=%25', "q=' OR 1=1 --", 'owner=globex', 'segment=%00', 'band=low&band=high'])(
    'is not in what the filter %s finds',
    async (query) => {
      const response = await service.get(`/v1/tenants/acme/scores?limit=500&${query}`, acme);
      expect(response.status).toBe(200);
      await expectNothingForeign(response);
    },
  );

  it.each([
    ['x-tenant-id', 'globex'],
    ['x-forwarded-host', 'globex.example'],
    ['x-original-url', '/v1/tenants/globex/scores'],
    ['x-rewrite-url', '/v1/tenants/globex/scores'],
    ['x-http-method-override', 'DELETE'],
    ['host', 'globex'],
    ['accept', 'text/csv'],
    ['range', 'bytes=0-100000'],
  ])('is not reached by the header %s', async (name, value) => {
    const response = await service.get('/v1/tenants/acme/scores?limit=500', acme, { [name]: value });
    expect(response.status).toBe(200);
    await expectNothingForeign(response);
  });

  it('cannot be reached with its cursors or with forged ones', async () => {
    const all = await service.token({ tenants: '*' });
    const { next_cursor: foreign } = (await (
      await service.get('/v1/tenants/globex/scores?limit=5', all)
    ).json()) as { next_cursor: string };
    const [revision] = JSON.parse(Buffer.from(foreign, 'base64url').toString()) as [string];
    const { next_cursor: own } = (await (
      await service.get('/v1/tenants/acme/scores?limit=5', acme)
    ).json()) as { next_cursor: string };
    const [ownRevision, fingerprint] = JSON.parse(Buffer.from(own, 'base64url').toString()) as [
      string,
      string,
    ];
    const made = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url');
    const cases = [
      foreign,
      made([revision, fingerprint, 5]),
      made([revision, fingerprint, -5]),
      made({ tenant: 'globex', offset: 1 }),
      made(null),
      made([ownRevision, fingerprint, 100_000]),
      'AAAA',
    ];
    for (const cursor of cases) {
      const response = await service.get(`/v1/tenants/acme/scores?limit=5&cursor=${cursor}`, acme);
      expect([404, 410]).toContain(response.status);
      await expectNothingForeign(response);
    }
  });

  it('is not revealed by its entity tag', async () => {
    const all = await service.token({ tenants: '*' });
    const etag = (await service.get('/v1/tenants/globex/scores', all)).headers.get('etag')!;
    const own = await service.get('/v1/tenants/acme/scores', acme, { 'if-none-match': etag });
    expect(own.status).toBe(200);
    const foreign = await service.get('/v1/tenants/globex/scores', acme, { 'if-none-match': etag });
    expect(foreign.status).toBe(404);
    expect(foreign.headers.get('etag')).toBeNull();
  });

  it('gives its model to no other tenant’s what-if', async () => {
    const bodies: unknown[] = [
      { accounts: [{ tenant_id: 'globex', account_id: accountId(0) }] },
      { accounts: [{ open_tickets: 1 }], tenant_id: 'globex' },
      { accounts: [{ open_tickets: 1 }], model_name: 'globex-own' },
      '{"accounts":[{"__proto__":{"tenant_id":"globex"},"constructor":1,"open_tickets":2}]}',
      [{ accounts: [] }],
    ];
    for (const body of bodies) {
      const response = await service.post('/v1/tenants/acme/score', body, acme);
      expect([200, 400]).toContain(response.status);
      const text = await response.text();
      expect(text).not.toContain('globex-own"');
      if (response.status === 200)
        expect(JSON.parse(text)).toMatchObject({ tenant_id: 'acme', model_name: 'small' });
    }
    expect((await service.post('/v1/tenants/globex/score', { accounts: [{}] }, acme)).status).toBe(404);
    const own = await service.post(
      '/v1/tenants/globex/score',
      { accounts: [{}] },
      await service.token({ tenants: ['globex'] }),
    );
    expect(await own.json()).toMatchObject({ model_name: 'globex-own' });
  });

  it('shows none of its models to inference', async () => {
    const body = { inputs: [{ name: 'open_tickets', shape: [1], datatype: 'FP64', data: [1] }] };
    for (const path of ['', '/ready', '/versions/v1']) {
      const foreign = await service.get(`/v2/models/globex-own${path}`, acme);
      const absent = await service.get(`/v2/models/nobodys${path}`, acme);
      expect(foreign.status).toBe(404);
      expect(((await foreign.json()) as { detail: string }).detail).toBe(
        ((await absent.json()) as { detail: string }).detail,
      );
    }
    expect((await service.post('/v2/models/globex-own/infer', body, acme)).status).toBe(404);
    const globex = await service.token({ tenants: ['globex'] });
    expect((await service.post('/v2/models/globex-own/infer', body, globex)).status).toBe(200);
    // Its own champion serves it, so the one for all tenants does not.
    expect((await service.get('/v2/models/small', globex)).status).toBe(404);
  });

  it('does not appear in the metrics, and neither do people', async () => {
    const text = await (await service.get('/metrics')).text();
    expect(text).toContain('churn_scores_accounts');
    for (const foreign of ['globex', 'acme', 'ana', accountId(0)]) expect(text).not.toContain(foreign);
  });
});

describe('the gateway', () => {
  it('needs a grant, which only a verified token gives', () => {
    // @ts-expect-error a tenant's id is no permission
    const byId = () => service.scores.forTenant(tenant('acme'));
    // @ts-expect-error nor is an object that looks like one
    const byShape = () => service.scores.forTenant({ tenantId: tenant('acme') });
    // @ts-expect-error nor is nothing
    const byNothing = () => service.scores.forTenant();
    expect([byId, byShape, byNothing]).toHaveLength(3);
  });
});
