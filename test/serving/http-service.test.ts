import { join } from 'node:path';
import { sign } from 'hono/jwt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDuckDbWarehouse } from '../../features/warehouse/duckdb-warehouse.ts';
import { scoreNight } from '../../serving/batch/score-night.ts';
import type { accountJson } from '../../serving/http/account-json.ts';
import { sharedSecretAuthenticator } from '../../serving/http/authenticate.ts';
import { createService } from '../../serving/http/create-service.ts';
import { issueToken } from '../../serving/http/issue-token.ts';
import { type LiveScores, startLiveScores } from '../../serving/http/live-scores.ts';
import { startService } from '../../serving/http/start-service.ts';
import { championsOf, linearModel, smallFeatureSet } from './linear-model.ts';
import { accountId, day, tenant, writeSmallMarts } from './small-marts.ts';
import { temporaryFolder } from './temporary-folder.ts';

const SECRET = 'a secret that is long enough for HS256';
const NOW = new Date('2026-11-17T08:00:00Z');
const clock = () => NOW;

type Account = ReturnType<typeof accountJson>;

/** The three answers in one: the assertions say which parts an answer must have. */
interface Body extends Account {
  readonly as_of_date: string;
  readonly accounts: readonly Account[];
  readonly next_cursor: string | null;
  readonly accounts_by_band: Record<string, number>;
  readonly trend: readonly unknown[];
  readonly change_drivers: readonly { readonly feature: string }[];
  readonly history: readonly { readonly as_of_date: string; readonly churn_probability_90d: number }[];
}

describe('the HTTP service', () => {
  const folder = temporaryFolder();
  let file: string;
  let live: LiveScores;
  let service: ReturnType<typeof createService>;
  const log: string[] = [];

  let isLocked = false;
  const open = async () => {
    if (isLocked) throw new Error('in use by the batch');
    return openDuckDbWarehouse({ file, readOnly: true, lockTimeoutMs: 100 });
  };
  const liveOptions = () => ({
    openWarehouse: open,
    refreshSeconds: 3600,
    clock,
    log: (line: string) => log.push(line),
  });

  async function night(asOf: string, bias = 0) {
    const warehouse = await openDuckDbWarehouse({ file });
    await scoreNight({
      warehouse,
      registry: championsOf(linearModel({ version: `v${bias}`, bias })),
      featureSet: smallFeatureSet,
      asOf: day(asOf),
      clock,
      runId: `run-${asOf}-${bias}`,
      log: () => undefined,
    });
    await warehouse.close();
  }

  beforeAll(async () => {
    file = join(await folder.path(), 'warehouse.duckdb');
    const warehouse = await openDuckDbWarehouse({ file });
    await writeSmallMarts(warehouse, {
      tenants: { acme: 40, globex: 5 },
      asOfDates: ['2026-11-02', '2026-11-09', '2026-11-16'],
    });
    await warehouse.close();
    await night('2026-11-02');
    await night('2026-11-09');
    live = await startLiveScores(liveOptions());
    const auth = sharedSecretAuthenticator({ secret: SECRET, clock });
    service = createService({ scores: live, auth, clock, log: (line) => log.push(line) });
  });

  afterAll(() => live.stop());

  const tokenFor = (tenants: readonly string[] | '*', validSeconds = 600) =>
    issueToken({ secret: SECRET, subject: 'ana', tenants, validSeconds, clock });

  async function get(path: string, token?: string, headers: Record<string, string> = {}) {
    const authorization: Record<string, string> =
      token === undefined ? {} : { authorization: `Bearer ${token}` };
    return service.request(path, { headers: { ...authorization, ...headers } });
  }

  async function json(path: string, tenants: readonly string[] | '*' = ['acme']) {
    const response = await get(path, await tokenFor(tenants));
    expect(response.status, await response.clone().text()).toBe(200);
    return (await response.json()) as Body;
  }

  describe('risk list', () => {
    it('lists a tenant by rank with reasons, and pages through it whole', async () => {
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page: Body = await json(
          `/v1/tenants/acme/scores?limit=15${cursor === null ? '' : `&cursor=${cursor}`}`,
        );
        expect(page).toMatchObject({ tenant_id: 'acme', as_of_date: '2026-11-09', total: 40 });
        seen.push(...page.accounts.map((account) => account.account_id));
        cursor = page.next_cursor;
      } while (cursor !== null);
      expect(seen).toHaveLength(40);
      expect(new Set(seen).size).toBe(40);
      const first = (await json('/v1/tenants/acme/scores?limit=1')).accounts[0]!;
      expect(first).toMatchObject({ risk_rank: 1, account_id: seen[0] });
      expect(first.drivers[0]!.sentence).toMatch(/./);
      expect(first.change_90d).toBeCloseTo(first.churn_probability_90d - first.previous_probability_90d!, 12);
    });

    it('filters by band, probability, owner, segment and text', async () => {
      const all = (await json('/v1/tenants/acme/scores?limit=500')).accounts;
      const ids = async (query: string) =>
        (await json(`/v1/tenants/acme/scores?limit=500&${query}`)).accounts.map(
          (account) => account.account_id,
        );
      const where = (keep: (account: Account) => boolean) =>
        all.filter(keep).map((account) => account.account_id);
      expect(await ids('band=high,critical')).toEqual(
        where(({ risk_band }) => ['high', 'critical'].includes(risk_band)),
      );
      expect(await ids('band=low&band=critical')).toEqual(
        where(({ risk_band }) => ['low', 'critical'].includes(risk_band)),
      );
      expect(await ids('min_probability=0.3')).toEqual(
        where(({ churn_probability_90d }) => churn_probability_90d >= 0.3),
      );
      expect(await ids('owner=ana&segment=smb')).toEqual(
        where(({ owner, segment }) => owner === 'ana' && segment === 'smb'),
      );
      expect(await ids('q=CUSTOMER%2017')).toEqual([accountId(17)]);
      expect(await ids(`q=${accountId(3)}`)).toEqual([accountId(3)]);
    });

    it('sorts by money, change and renewal, unknown last', async () => {
      const column = async (sort: string, name: 'mrr_at_risk' | 'renews_at' | 'change_90d') =>
        (await json(`/v1/tenants/acme/scores?limit=500&sort=${sort}`)).accounts.map(
          (account) => account[name],
        );
      const money = await column('mrr_at_risk', 'mrr_at_risk');
      const knownMoney = money.filter((value) => value !== null) as number[];
      expect(knownMoney).toEqual(knownMoney.toSorted((a, b) => b - a));
      expect(money.slice(knownMoney.length).every((value) => value === null)).toBe(true);
      expect(knownMoney.length).toBeLessThan(money.length);
      const renewals = (await column('renews_at', 'renews_at')).filter((value) => value !== null);
      expect(renewals).toEqual(renewals.toSorted());
      const change = (await column('change', 'change_90d')) as number[];
      expect(change).toEqual(change.toSorted((a, b) => b - a));
    });

    it('answers as CSV, safe for a spreadsheet', async () => {
      const response = await get('/v1/tenants/acme/scores', await tokenFor('*'), { accept: 'text/csv' });
      expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      expect(response.headers.get('content-disposition')).toContain('churn-risk-2026-11-09.csv');
      const lines = (await response.text()).trimEnd().split('\r\n');
      expect(lines).toHaveLength(41);
      expect(lines[0]).toMatch(/^risk_rank,account_id,name/);
      expect(lines[1]).toMatch(/^1,a\d{5},acme customer/);
    });

    it.each([
      ['limit=0', 'limit'],
      ['limit=many', 'limit'],
      ['band=hgih', 'band'],
      ['min_probability=1.5', 'min_probability'],
      ['sort=name', 'sort'],
      ['ownr=ana', 'ownr'],
      ['cursor=nonsense', 'cursor'],
    ])('refuses %s with a problem that names the parameter', async (query, parameter) => {
      const response = await get(`/v1/tenants/acme/scores?${query}`, await tokenFor(['acme']));
      expect(response.status).toBe(400);
      expect(response.headers.get('content-type')).toBe('application/problem+json');
      expect(await response.json()).toMatchObject({
        type: 'urn:churn:problem:invalid-query',
        status: 400,
        instance: '/v1/tenants/acme/scores',
        errors: [{ parameter }],
      });
    });
  });

  it('shows an account with its drivers, what changed and its history', async () => {
    const account = await json(`/v1/tenants/acme/accounts/${accountId(3)}`);
    expect(account).toMatchObject({ account_id: accountId(3), name: null, owner: 'ana', mrr: 130 });
    expect(account.history.map((point) => point.as_of_date)).toEqual(['2026-11-02', '2026-11-09']);
    expect(account.history[0]!.churn_probability_90d).toBe(account.previous_probability_90d);
    expect(account.change_drivers[0]!.feature).toBe('active_days_28d');
    const missing = await get('/v1/tenants/acme/accounts/nobody', await tokenFor(['acme']));
    expect(missing.status).toBe(404);
    expect(await missing.json()).toMatchObject({ type: 'urn:churn:problem:account-not-found' });
  });

  it('sums a tenant up, with the trend', async () => {
    const summary = await json('/v1/tenants/acme/summary');
    const list = (await json('/v1/tenants/acme/scores?limit=500')).accounts;
    expect(summary).toMatchObject({ account_count: 40 });
    expect(Object.values(summary.accounts_by_band).reduce((a, b) => a + b)).toBe(40);
    expect(summary.mrr_at_risk).toBeCloseTo(
      list.reduce((sum, account) => sum + (account.mrr_at_risk ?? 0), 0),
      9,
    );
    expect(summary.trend).toHaveLength(2);
    expect(summary.trend[1]).toMatchObject({
      as_of_date: '2026-11-09',
      account_count: 40,
      accounts_by_band: summary.accounts_by_band,
    });
  });

  describe('isolation', () => {
    const paths = ['scores', `accounts/${accountId(0)}`, 'summary'];

    it.each(paths)('answers 401 without a good token: %s', async (path) => {
      const expired = await tokenFor('*', -1);
      const claims = { sub: 'eve', tenants: '*', exp: NOW.getTime() / 1000 + 600 };
      const foreign = await sign(claims, 'another secret, long enough for HS256', 'HS256');
      const stronger = await sign(claims, SECRET, 'HS512');
      const endless = await sign({ sub: 'eve', tenants: '*' }, SECRET, 'HS256');
      const claimless = await sign({ sub: 'eve', exp: claims.exp }, SECRET, 'HS256');
      const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
      const unsigned = `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claims)}.`;
      for (const token of [undefined, 'x', expired, foreign, stronger, endless, claimless, unsigned]) {
        const response = await get(`/v1/tenants/acme/${path}`, token);
        expect(response.status, token).toBe(401);
        expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/);
        expect(await response.json()).toMatchObject({ type: 'urn:churn:problem:unauthorized' });
      }
    });

    it.each(paths)('tells nothing apart between a foreign tenant and none: %s', async (path) => {
      const token = await tokenFor(['acme']);
      const answer = async (tenantId: string, bearer: string) => {
        const response = await get(`/v1/tenants/${tenantId}/${path}`, bearer);
        const body = (await response.text()).replaceAll(tenantId, '·');
        return { status: response.status, body, headers: [...response.headers.keys()] };
      };
      const foreign = await answer('globex', token);
      expect(foreign.status).toBe(404);
      expect(await answer('initech', token)).toEqual(foreign);
      expect(await answer('initech', await tokenFor('*'))).toEqual(foreign);
      expect(await answer('globex', await tokenFor([]))).toEqual(foreign);
      expect(await answer('%20', token)).toMatchObject({ status: 404 });
    });

    it('shows each tenant its own rows only', async () => {
      const names = async (tenantId: string) =>
        (await json(`/v1/tenants/${tenantId}/scores?limit=500`, '*')).accounts.map(
          (account) => account.name?.split(' ')[0] ?? tenantId,
        );
      expect(new Set(await names('acme'))).toEqual(new Set(['acme']));
      expect(new Set(await names('globex'))).toEqual(new Set(['globex']));
    });
  });

  it('is alive, ready, and honest about unknown routes', async () => {
    expect((await get('/healthz')).status).toBe(200);
    expect(await (await get('/readyz')).json()).toEqual({ status: 'ready', scores_age_seconds: 0 });
    expect((await get('/nowhere')).status).toBe(404);
    expect((await get('/v1/nowhere')).headers.get('content-type')).toBe('application/problem+json');
  });

  it('takes up a new run, keeps the old list while the mart is locked, and expires its cursors', async () => {
    const { next_cursor: cursor } = await json('/v1/tenants/acme/scores?limit=5');
    await night('2026-11-16', 1);
    expect((await json('/v1/tenants/acme/scores')).as_of_date).toBe('2026-11-09');

    const held = live.forTenant(tenant('acme'));
    isLocked = true;
    expect(await live.refresh()).toBe(false);
    expect(live.forTenant(tenant('acme'))).toBe(held);
    expect(log.at(-1)).toBe(`scores not refreshed, those of ${NOW.toISOString()} stay: in use by the batch`);
    isLocked = false;
    expect(await live.refresh()).toBe(true);
    expect(live.forTenant(tenant('acme'))).not.toBe(held);
    const list = await json('/v1/tenants/acme/scores');
    expect(list).toMatchObject({ as_of_date: '2026-11-16', model_version: 'v1' });
    const unchanged = live.forTenant(tenant('acme'));
    await live.refresh();
    expect(live.forTenant(tenant('acme'))).toBe(unchanged);
    const stale = await get(`/v1/tenants/acme/scores?limit=5&cursor=${cursor}`, await tokenFor(['acme']));
    expect(stale.status).toBe(410);
  });

  it('is not ready before it has scores', async () => {
    const empty = await startLiveScores({
      ...liveOptions(),
      openWarehouse: () => openDuckDbWarehouse({ file: `${file}.absent`, readOnly: true, lockTimeoutMs: 0 }),
    });
    const auth = sharedSecretAuthenticator({ secret: SECRET, clock });
    const unready = createService({ scores: empty, auth, clock, log: () => undefined });
    expect((await unready.request('/readyz')).status).toBe(503);
    const headers = { authorization: `Bearer ${await tokenFor('*')}` };
    expect((await unready.request('/v1/tenants/acme/scores', { headers })).status).toBe(503);
    expect((await unready.request('/healthz')).status).toBe(200);
    expect(log.at(-1)).toMatch(/scores not refreshed, none are loaded yet/);
    await empty.stop();
  });

  describe('startService', () => {
    const options = () => ({ ...liveOptions(), clock: () => new Date(), host: '127.0.0.1', port: 0 });

    it('listens on loopback with a token of its own making, and stops', async () => {
      const running = await startService(options());
      const headers = { authorization: `Bearer ${running.token}` };
      const response = await fetch(`${running.url}/v1/tenants/acme/summary`, { headers });
      expect(response.status).toBe(200);
      expect(response.headers.get('scores-age-seconds')).toMatch(/^\d+$/);
      await running.stop();
      await expect(fetch(`${running.url}/healthz`)).rejects.toThrow();
    });

    it('refuses an address that others can reach without a secret', async () => {
      await expect(startService({ ...options(), host: '0.0.0.0' })).rejects.toThrow(/set CHURN_JWT_SECRET/);
    });

    it('refuses a short secret and a port that is taken', async () => {
      await expect(startService({ ...options(), jwtSecret: 'short' })).rejects.toThrow(/CHURN_JWT_SECRET/);
      const first = await startService({ ...options(), jwtSecret: SECRET });
      expect(first.token).toBeNull();
      const port = Number(new URL(first.url).port);
      await expect(startService({ ...options(), port })).rejects.toThrow(/another process listens there/);
      await first.stop();
    });
  });
});
