import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Summary } from '../../../serving/read-model/score-documents.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../http/service-under-test.ts';
import { accountId, tenant } from '../small-marts.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();
let service: ServiceUnderTest;
let token: string;

beforeAll(async () => {
  service = await startServiceUnderTest(await folder.path(), {
    tenants: { acme: 60, globex: 5, '<i>odd & co</i>': 1 },
    asOfDates: ['2026-11-02', '2026-11-09', '2026-11-16'],
  });
  token = await service.token();
});
afterAll(() => service.stop());

const open = async (path: string, session: string | null = token, host = 'localhost') =>
  service.app.request(`http://${host}${path}`, {
    headers: session === null ? {} : { cookie: `churn_session=${session}` },
  });

async function logIn(
  given: string,
  headers: Record<string, string> = {},
  { origin = 'http://localhost', returnTo = '' } = {},
) {
  return service.app.request(`${origin}/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams({ token: given, return_to: returnTo }).toString(),
  });
}

describe('logging in', () => {
  it('keeps a valid token where no script and no other site can read it', async () => {
    const response = await logIn(` ${token}\n`);
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/');
    const cookie = response.headers.get('set-cookie')!;
    expect(cookie).toContain(`churn_session=${token}`);
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Lax/);
    expect(cookie).not.toMatch(/Secure/);
    for (const remote of [
      await logIn(token, {}, { origin: 'http://churn.example' }),
      await logIn(token, { 'x-forwarded-proto': 'https' }),
    ])
      expect(remote.headers.get('set-cookie')).toMatch(/Secure/);
  });

  it('refuses what the API refuses, and forms from other sites', async () => {
    const computing = await service.token({ scopes: ['scores:compute'] });
    for (const [given, status] of [
      ['', 401],
      ['nonsense', 401],
      [await service.token({ validSeconds: -100 }), 401],
      [computing, 403],
    ] as const) {
      const response = await logIn(given);
      expect(response.status).toBe(status);
      expect(response.headers.get('set-cookie')).toBeNull();
      expect(await response.text()).toContain('role="alert"');
    }
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
    ]) {
      const foreign = await logIn(token, headers);
      expect(foreign.status).toBe(400);
      expect(foreign.headers.get('set-cookie')).toBeNull();
    }
    expect((await logIn(token, { origin: 'http://localhost', host: 'localhost' })).status).toBe(303);
  });

  it('goes on to the page that was asked for, and never to another site', async () => {
    const shared = '/tenants/acme?owner=ana&sort=mrr_at_risk';
    const asked = await open(shared, null);
    expect(asked.status).toBe(401);
    const html = await asked.text();
    expect(html).not.toContain('role="alert"');
    const returnTo = /name="return_to" value="([^"]*)"/.exec(html)![1]!.replaceAll('&amp;', '&');
    expect(returnTo).toBe(shared);
    const refused = await (await logIn('nonsense', {}, { returnTo })).text();
    expect(refused).toContain('value="/tenants/acme?owner=ana&amp;sort=mrr_at_risk"');
    expect((await logIn(token, {}, { returnTo })).headers.get('location')).toBe(shared);
    for (const elsewhere of [
      '//evil.example',
      '/\\evil.example',
      'https://evil.example/',
      '/\t/evil.example',
      '/.//evil.example',
      'javascript:alert(1)',
      '',
    ])
      expect((await logIn(token, {}, { returnTo: elsewhere })).headers.get('location'), elsewhere).toBe('/');
  });

  it('leaves a cookie alone that a request did not bring', async () => {
    const shared = await open('/tenants/acme', null);
    expect([shared.status, shared.headers.get('set-cookie')]).toEqual([401, null]);
    const foreign = await service.app.request('/session/end', {
      method: 'POST',
      headers: { 'sec-fetch-site': 'cross-site' },
    });
    expect(foreign.headers.get('set-cookie')).toBeNull();
  });

  it('is required without a session and after logging out', async () => {
    for (const path of [
      '/tenants/acme',
      `/tenants/acme/accounts/${accountId(1)}`,
      '/tenants/acme/scores.csv',
    ]) {
      const response = await open(path, null);
      expect(response.status).toBe(401);
      expect(await response.text()).toContain('name="token"');
    }
    const expired = await open('/tenants/acme', await service.token({ validSeconds: -100 }));
    expect(expired.status).toBe(401);
    expect(expired.headers.get('set-cookie')).toMatch(/churn_session=;/);
    const out = await service.app.request('/session/end', { method: 'POST' });
    expect(out.headers.get('set-cookie')).toMatch(/churn_session=;.*Max-Age=0/);
  });

  it('does not open the API, which reads the header only', async () => {
    expect((await open('/v1/tenants/acme/scores')).status).toBe(401);
  });
});

describe('pages', () => {
  it('go straight to the only tenant, or offer a choice', async () => {
    const single = await open('/');
    expect([single.status, single.headers.get('location')]).toEqual([303, '/tenants/acme']);
    const several = await (await open('/', await service.token({ tenants: '*' }))).text();
    expect(several).toContain('href="/tenants/globex"');
    expect(several).toContain('&lt;i&gt;odd &amp; co&lt;/i&gt;');
    expect(several).not.toContain('<i>odd');
  });

  it('list accounts with probability, band, change, reason and revenue, by page and filter', async () => {
    const list = await (await open('/tenants/acme')).text();
    expect(list.match(/<td class="account">/g)).toHaveLength(50);
    expect(list).toContain('; typical is 14');
    expect(list).toMatch(/\d+\.\d %/);
    expect(list).toMatch(/[▲▼] \d/);
    const next = /href="([^"]*cursor=[^"]*)"/.exec(list)![1]!.replaceAll('&amp;', '&');
    const rest = await (await open(next)).text();
    expect(rest.match(/<td class="account">/g)).toHaveLength(10);
    const mine = await (await open('/tenants/acme?q=&owner=ana&segment=&sort=mrr_at_risk')).text();
    expect(mine.match(/<td class="account">/g)).toHaveLength(20);
    expect(mine).toContain('<option value="ana" selected="">');
    const none = await (await open('/tenants/acme?q=zzz')).text();
    expect(none).toContain('No account is listed');
    expect((await open('/tenants/acme?sort=shoe_size')).status).toBe(400);
    const csv = await open('/tenants/acme/scores.csv?owner=ana');
    expect((await csv.text()).trimEnd().split('\r\n')).toHaveLength(21);
  });

  it('show an account with its drivers, plays and history', async () => {
    const page = await (await open(`/tenants/acme/accounts/${accountId(5)}`)).text();
    expect(page).toContain('acme customer 5');
    expect(page).toContain('class="play"');
    expect(page).toContain('<polyline class="line"');
    expect((await open('/tenants/acme/accounts/nobody')).status).toBe(404);
  });

  it('show nothing of another tenant', async () => {
    for (const path of [
      '/tenants/globex',
      `/tenants/globex/accounts/${accountId(1)}`,
      '/tenants/globex/scores.csv',
    ]) {
      const response = await open(path);
      expect(response.status).toBe(404);
      expect(await response.text()).not.toContain('globex customer');
    }
    expect(await (await open('/tenants/acme')).text()).not.toContain('globex');
  });

  it('say so when the scores are old', async () => {
    const before = service.now;
    service.outage = 'gone';
    service.now = new Date(before.getTime() + 4 * 3_600_000);
    await service.scores.refresh();
    expect(await (await open('/tenants/acme', await service.token())).text()).toMatch(
      /cannot be read right now.*240 minutes/,
    );
    service.outage = null;
    service.now = before;
    await service.scores.refresh();
  });

  it('say how old scores are and which gate held newer ones back, to that tenant alone', async () => {
    const gate = { gate: 'missing_values (user_id)', passed: false, detail: '9 of 10 rows' };
    await service.night('2026-11-16', 0, new Map([[tenant('acme'), { reason: 'held back', gates: [gate] }]]));
    await service.scores.refresh();
    const everybody = await service.token({ tenants: '*' });
    for (const path of ['/tenants/acme', `/tenants/acme/accounts/${accountId(5)}`])
      expect(await (await open(path)).text()).toContain(
        'These scores are 7 days old: those of 2026-11-16 were held back, because of the data (missing_values (user_id)).',
      );
    const summary = (await (await service.get('/v1/tenants/acme/summary', everybody)).json()) as Summary;
    expect([summary.as_of_date, summary.held_back]).toEqual([
      '2026-11-09',
      { as_of_date: '2026-11-16', days_behind: 7, status: 'refused', gates: ['missing_values (user_id)'] },
    ]);
    const other = (await (await service.get('/v1/tenants/globex/summary', everybody)).json()) as Summary;
    expect([other.as_of_date, other.held_back]).toEqual(['2026-11-16', null]);
    await service.night('2026-11-16');
    await service.scores.refresh();
    expect(await (await open('/tenants/acme')).text()).not.toContain('held back');
  });
});
