import { request } from 'node:http';
import { SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { startRealService } from './real-service.ts';
import { SECRET, type ServiceUnderTest, startServiceUnderTest } from './service-under-test.ts';

const folder = temporaryFolder();
let service: ServiceUnderTest;
const BEGIN = new Date('2026-11-17T08:00:00Z');
/** Ten seconds of it, 100 rows, may come at once. */
const ROWS_PER_MINUTE = 600;

beforeAll(async () => {
  service = await startServiceUnderTest(await folder.path(), undefined, {
    rowsPerMinute: ROWS_PER_MINUTE,
  });
});
afterAll(() => service.stop());
/** Allowances are full again a day later. */
beforeEach(() => {
  service.now = new Date(service.now.getTime() + 24 * 3_600_000);
});

const bodyOf = (rowCount: number) => ({
  accounts: Array.from({ length: rowCount }, (_, row) => ({ active_days_28d: row % 29 })),
  drivers_per_account: 0,
});
const ask = async (token: string, rowCount: number, tenantId = 'acme') =>
  service.post(`/v1/tenants/${tenantId}/score`, bodyOf(rowCount), token);
const later = (seconds: number) => {
  service.now = new Date(service.now.getTime() + seconds * 1000);
};
/** Signed as an identity provider may sign for machines, without a subject. */
const nameless = (id: string, tenants: readonly string[] = ['acme']) =>
  new SignJWT({ tenants, scope: 'scores:read scores:compute', jti: id })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(Math.floor(BEGIN.getTime() / 1000) + 365 * 24 * 3600)
    .sign(new TextEncoder().encode(SECRET));

describe('what-if is charged by rows', () => {
  it('whatever the requests are made of, and has to be paid off before more is scored', async () => {
    const eve = await service.token({ subject: 'eve' });
    expect((await ask(eve, 90)).status).toBe(200);
    // Ten are left, so this one comes in and leaves a debt of 290.
    expect((await ask(eve, 300)).status).toBe(200);
    const refused = await ask(eve, 1);
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ type: 'urn:churn:problem:too-many-rows' });
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBe(30);
    later(wait - 2);
    expect((await ask(eve, 1)).status).toBe(429);
    later(2);
    expect((await ask(eve, 1)).status).toBe(200);
  });

  it('in tensors as in accounts, and for the tenant that a body names', async () => {
    const token = await service.token({ subject: 'tensors', tenants: '*' });
    const infer = (parameters = {}) =>
      service.post(
        '/v2/models/small/infer',
        {
          inputs: [{ name: 'open_tickets', shape: [500], datatype: 'FP64', data: new Array(500).fill(1) }],
          parameters,
        },
        token,
      );
    expect((await infer({ tenant_id: 'acme' })).status).toBe(200);
    const refused = await infer();
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ error: expect.stringContaining('Too many rows') });
  });

  it('also where nothing can be scored from it', async () => {
    const token = await service.token({ subject: 'nonsense' });
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 103; attempt++)
      statuses.push((await service.post('/v1/tenants/acme/score', '{', token)).status);
    expect(statuses).toEqual([...new Array(100).fill(400), 429, 429, 429]);
  });

  it('but lists are answered on', async () => {
    const eve = await service.token({ subject: 'list' });
    expect((await ask(eve, 1_000)).status).toBe(200);
    expect((await ask(eve, 1)).status).toBe(429);
    expect((await service.get('/v1/tenants/acme/scores', eve)).status).toBe(200);
  });
});

describe('nobody uses up what another may', () => {
  it('neither another subject of the tenant, nor another tenant', async () => {
    const [eve, ana] = [await service.token({ subject: 'eve' }), await service.token({ subject: 'ana' })];
    const bo = await service.token({ subject: 'bo', tenants: ['globex'] });
    expect((await ask(eve, 400)).status).toBe(200);
    expect((await ask(eve, 1)).status).toBe(429);
    expect((await ask(ana, 1)).status).toBe(200);
    expect((await ask(bo, 1, 'globex')).status).toBe(200);
  });

  it('not with tokens without a subject: each is its own', async () => {
    const [one, other] = [await nameless('1'), await nameless('2')];
    expect((await ask(one, 400)).status).toBe(200);
    expect((await ask(one, 1)).status).toBe(429);
    expect((await ask(other, 1)).status).toBe(200);
    expect((await ask(await service.token({ subject: 'unnamed' }), 1)).status).toBe(200);
  });

  it('not with any number of tokens: a tenant’s subjects together have five times as much', async () => {
    const statuses: number[] = [];
    for (let at = 0; at < 8; at++) statuses.push((await ask(await nameless(`many ${at}`), 100)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
    expect((await ask(await nameless('elsewhere', ['globex']), 1, 'globex')).status).toBe(200);
  });

  it('nor with requests: a tenant’s subjects together have five times as many', async () => {
    const limited = await startServiceUnderTest(await folder.path(), undefined, {
      requestsPerMinute: 60,
    }).catch(() => null);
    expect(limited).not.toBeNull();
    const get = async (tenantId: string, subject: string) =>
      (
        await limited!.get(
          `/v1/tenants/${tenantId}/summary`,
          await limited!.token({ subject, tenants: [tenantId] }),
        )
      ).status;
    const statuses: number[] = [];
    for (let subject = 0; subject < 6; subject++)
      for (let at = 0; at < 10; at++) statuses.push(await get('acme', `s${subject}`));
    expect(statuses.slice(0, 50)).toEqual(new Array(50).fill(200));
    expect(statuses.slice(50)).toEqual(new Array(10).fill(429));
    expect(await get('globex', 's9')).toBe(200);
    await limited!.stop();
  });
});

describe('on a socket', () => {
  it('whoever has used up its rows is told so, though its body is still coming', async () => {
    const running = await startRealService(service, { rowsPerMinute: 60 });
    const body = JSON.stringify({ ...bodyOf(1_000), padding: undefined });
    const large = body.padEnd(1_000_000, ' ');
    const post = () =>
      new Promise<number>((resolve, reject) => {
        const sending = request(`${running.url}/v1/tenants/acme/score`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${running.token}`,
            'content-type': 'application/json',
            'content-length': large.length,
          },
        });
        sending.on('response', (response) => {
          response.resume();
          resolve(response.statusCode!);
        });
        sending.on('error', reject);
        sending.end(large);
      });
    expect(await post()).toBe(200);
    for (let attempt = 0; attempt < 4; attempt++) expect(await post()).toBe(429);
    await running.stop();
  });
});
