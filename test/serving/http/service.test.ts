import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccountDetail, Summary } from '../../../serving/read-model/score-documents.ts';
import { accountId } from '../small-marts.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { type ServiceUnderTest, startServiceUnderTest } from './service-under-test.ts';

type Account = AccountDetail;

/** The answers in one: the assertions say which parts an answer must have. */
interface Body extends AccountDetail, Omit<Summary, keyof AccountDetail> {
  readonly total: number;
  readonly accounts: readonly Account[];
  readonly next_cursor: string | null;
}

describe('reading scores', () => {
  const folder = temporaryFolder();
  let service: ServiceUnderTest;

  beforeAll(async () => {
    service = await startServiceUnderTest(await folder.path(), {
      tenants: { acme: 40, globex: 5 },
      asOfDates: ['2026-11-02', '2026-11-09', '2026-11-16', '2026-10-26'],
    });
  });
  afterAll(() => service.stop());

  async function get(path: string, token?: string, headers: Record<string, string> = {}) {
    return service.get(path, token, headers);
  }
  const tokenFor = (tenants: readonly string[] | '*') => service.token({ tenants });

  async function json(path: string, tenants: readonly string[] | '*' = ['acme']) {
    const response = await get(path, await tokenFor(tenants));
    expect(response.status, await response.clone().text()).toBe(200);
    return (await response.json()) as Body;
  }

  describe('risk list', () => {
    it('lists a tenant by rank with drivers, and pages through the whole list', async () => {
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

    it('sorts by revenue, change and renewal, unknown last', async () => {
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

    it('answers as CSV that is safe in a spreadsheet', async () => {
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
      ['sort=shoe_size', 'sort'],
      ['order=up', 'order'],
      ['renews_within=-1', 'renews_within'],
      ['ownr=ana', 'ownr'],
      ['cursor=%20', 'cursor'],
      ['limit=10&limit=20', 'limit'],
      ['limit=', 'limit'],
      ['min_probability=', 'min_probability'],
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

  it('summarises a tenant, with the trend', async () => {
    const summary = await json('/v1/tenants/acme/summary');
    const list = (await json('/v1/tenants/acme/scores?limit=500')).accounts;
    expect(summary).toMatchObject({ account_count: 40 });
    expect(Object.values(summary.accounts_by_band).reduce((a, b) => a + b)).toBe(40);
    // One account in eight pays in euros, so there is no one sum.
    expect(summary.mrr_at_risk).toBeNull();
    for (const currency of ['USD', 'EUR'])
      expect(summary.mrr_at_risk_by_currency[currency]).toBeCloseTo(
        list.reduce((sum, one) => sum + (one.currency === currency ? (one.mrr_at_risk ?? 0) : 0), 0),
        9,
      );
    expect(Object.keys(summary.mrr_at_risk_by_currency)).toEqual(['USD', 'EUR']);
    expect(summary.trend[1]!.mrr_at_risk_by_currency).toEqual({
      USD: expect.closeTo(summary.mrr_at_risk_by_currency.USD!, 9),
      EUR: expect.closeTo(summary.mrr_at_risk_by_currency.EUR!, 9),
    });
    expect(summary.trend).toHaveLength(2);
    expect(summary.trend[1]).toMatchObject({
      as_of_date: '2026-11-09',
      account_count: 40,
      accounts_by_band: summary.accounts_by_band,
    });
  });

  it('shows scores that a back-fill brings to days before, while it serves', async () => {
    const path = `/v1/tenants/acme/accounts/${accountId(3)}`;
    const token = await tokenFor(['acme']);
    const before = await get(path, token);
    await service.night('2026-10-26');
    await service.scores.refresh();
    const after = await get(path, token, { 'if-none-match': before.headers.get('etag')! });
    expect(after.status).toBe(200);
    const account = (await after.json()) as Body;
    expect(account.as_of_date).toBe('2026-11-09');
    expect(account.history.map((point) => point.as_of_date)).toEqual([
      '2026-10-26',
      '2026-11-02',
      '2026-11-09',
    ]);
    expect((await json('/v1/tenants/acme/summary')).trend[0]!.as_of_date).toBe('2026-10-26');
    // Scored once more by another version: the same days, other points.
    await service.night('2026-10-26', 1);
    await service.scores.refresh();
    const again = await get(path, token, { 'if-none-match': after.headers.get('etag')! });
    expect(again.status).toBe(200);
    expect(((await again.json()) as Body).history[0]!.churn_probability_90d).not.toBe(
      account.history[0]!.churn_probability_90d,
    );
  });

  it('keeps a list on one state while newer scores land', async () => {
    const firstPage = await json('/v1/tenants/acme/scores?limit=15');
    const before = (await json('/v1/tenants/acme/scores?limit=500')).accounts.map((one) => one.account_id);
    await service.night('2026-11-16', 1);
    expect((await json('/v1/tenants/acme/scores')).as_of_date).toBe('2026-11-09');
    expect(await service.scores.refresh()).toBe(true);
    const fresh = await json('/v1/tenants/acme/scores?limit=500');
    expect(fresh).toMatchObject({ as_of_date: '2026-11-16', model_version: 'v1' });
    expect(fresh.accounts.map((one) => one.account_id)).not.toEqual(before);

    const seen = firstPage.accounts.map((one) => one.account_id);
    let cursor = firstPage.next_cursor;
    while (cursor !== null) {
      const page = await json(`/v1/tenants/acme/scores?limit=10&cursor=${cursor}`);
      expect(page.as_of_date).toBe('2026-11-09');
      seen.push(...page.accounts.map((one) => one.account_id));
      cursor = page.next_cursor;
    }
    expect(seen).toEqual(before);

    service.now = new Date(service.now.getTime() + 16 * 60_000);
    await service.scores.refresh();
    const late = await get(
      `/v1/tenants/acme/scores?limit=15&cursor=${firstPage.next_cursor}`,
      await tokenFor('*'),
    );
    expect(late.status).toBe(410);
    expect(await late.json()).toMatchObject({ type: 'urn:churn:problem:cursor-expired' });
  });

  describe('conditional and compressed answers', () => {
    it.each(['scores', `accounts/${accountId(3)}`, 'summary'])(
      'answers 304 to whoever has %s',
      async (path) => {
        const token = await tokenFor('*');
        const first = await get(`/v1/tenants/acme/${path}`, token);
        const etag = first.headers.get('etag')!;
        const again = await get(`/v1/tenants/acme/${path}`, token, { 'if-none-match': `"x", ${etag}` });
        expect(again.status).toBe(304);
        expect(await again.text()).toBe('');
        expect(again.headers.get('etag')).toBe(etag);
        const any = await get(`/v1/tenants/acme/${path}`, token, { 'if-none-match': '*' });
        expect(any.status).toBe(304);
        const absent = await get('/v1/tenants/nobody/summary', token, { 'if-none-match': '*' });
        expect(absent.status).toBe(404);
        const foreign = await get(`/v1/tenants/globex/${path}`, token, { 'if-none-match': etag });
        expect(foreign.status).toBe(200);
        expect(foreign.headers.get('etag')).not.toBe(etag);
      },
    );

    it('changes the tag with the query, the form and the run', async () => {
      const token = await tokenFor('*');
      const tag = async (query: string, headers = {}) =>
        (await get(`/v1/tenants/acme/scores${query}`, token, headers)).headers.get('etag');
      const tags = [
        await tag(''),
        await tag('?limit=5'),
        await tag('?sort=change'),
        await tag('', { accept: 'text/csv' }),
        await tag('?limit=50', { accept: 'text/csv' }),
      ];
      await service.night('2026-11-16', 2);
      await service.scores.refresh();
      tags.push(await tag(''));
      expect(new Set(tags).size).toBe(tags.length);
    });

    it('compresses on request, with the same content', async () => {
      const token = await tokenFor('*');
      const plain = await get('/v1/tenants/acme/scores', token);
      expect(plain.headers.get('content-encoding')).toBeNull();
      const text = await plain.text();
      for (const round of [1, 2]) {
        const packed = await get('/v1/tenants/acme/scores', token, { 'accept-encoding': 'br, gzip;q=0.8' });
        expect(packed.headers.get('content-encoding'), String(round)).toBe('gzip');
        const bytes = Buffer.from(await packed.arrayBuffer());
        expect(bytes.length).toBeLessThan(text.length / 4);
        expect(gunzipSync(bytes).toString('utf8')).toBe(text);
      }
      const refused = await get('/v1/tenants/acme/scores', token, { 'accept-encoding': 'gzip;q=0' });
      expect(refused.headers.get('content-encoding')).toBeNull();
    });
  });
});
