import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccountDetail, AccountRisk } from '../../../serving/read-model/score-documents.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../http/service-under-test.ts';
import { accountId } from '../small-marts.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();
let service: ServiceUnderTest;
let token: string;
/** Every account of the list as the API tells it. */
let all: readonly AccountRisk[];

beforeAll(async () => {
  service = await startServiceUnderTest(await folder.path(), {
    tenants: { acme: 60, globex: 5, ended: 2 },
    asOfDates: ['2026-10-12', '2026-11-02', '2026-11-09', '2026-11-16'],
    lastAsOfDate: { ended: '2026-10-12' },
    hasWeeks: true,
    years: ['acme', 'globex'],
    churnDefinitions: { acme: 'contractual', globex: 'inactivity' },
    // One left after the first score.
    isGone: (tenantId, index, asOf) => tenantId === 'acme' && index === 7 && asOf > '2026-11-02',
  });
  await service.night('2026-10-12');
  await service.scores.refresh();
  token = await service.token({ tenants: ['acme'] });
  const list = await service.get('/v1/tenants/acme/scores?limit=500', token);
  all = ((await list.json()) as { accounts: AccountRisk[] }).accounts;
});
afterAll(() => service.stop());

async function open(path: string, cookies: string[] = [], session = token): Promise<string> {
  const response = await service.app.request(`http://localhost${path}`, {
    headers: { cookie: [`churn_session=${session}`, ...cookies].join('; ') },
  });
  expect(response.status, path).toBe(200);
  return response.text();
}

const idsIn = (page: string) =>
  [...page.matchAll(/<td class="account"><a href="\/tenants\/[^/]+\/accounts\/([^"]+)"/g)].map(
    ([, id]) => id!,
  );
const linkIn = (page: string, pattern: RegExp) => pattern.exec(page)?.[1]?.replaceAll('&amp;', '&');
const idsOf = (accounts: readonly AccountRisk[]) => accounts.map(({ account_id }) => account_id);

describe('the risk list', () => {
  it('is sorted by clicking a head, and the other way round by clicking it again', async () => {
    const list = await open('/tenants/acme?limit=100');
    const byName = linkIn(list, /<a href="([^"]*sort=name[^"]*)"/)!;
    const named = await open(byName);
    const expected = all.toSorted((a, b) =>
      (a.name ?? a.account_id).localeCompare(b.name ?? b.account_id, 'en', { numeric: true }),
    );
    expect(idsIn(named)).toEqual(idsOf(expected));
    expect(named).toMatch(/aria-sort="ascending"><a href="[^"]*"[^>]*>Account/);
    const reversed = await open(linkIn(named, /<a href="([^"]*sort=name[^"]*order=desc[^"]*)"/)!);
    expect(idsIn(reversed)).toEqual(idsOf(expected).reverse());
    const leastRisk = await open('/tenants/acme?limit=100&order=asc');
    expect(idsIn(leastRisk)).toEqual(idsOf(all).reverse());
  });

  it('puts unknown values last in either order', async () => {
    for (const order of ['asc', 'desc']) {
      const unknown = idsIn(await open(`/tenants/acme?limit=100&sort=renews_at&order=${order}`)).slice(-12);
      const without = all.filter(({ renews_at }) => renews_at === null);
      expect(new Set(unknown), order).toEqual(new Set(idsOf(without)));
    }
  });

  it.each<[string, (account: AccountRisk) => boolean]>([
    ['renews_within=30', ({ renews_at }) => renews_at !== null && renews_at < '2026-12-10'],
    ['change=rising', ({ change_90d }) => change_90d !== null && change_90d >= 0.01],
    ['change=falling', ({ change_90d }) => change_90d !== null && change_90d <= -0.01],
    ['currency=EUR', ({ currency }) => currency === 'EUR'],
    [
      'owner=bo&segment=smb&band=high,critical',
      ({ owner, segment, risk_band }) =>
        owner === 'bo' && segment === 'smb' && ['high', 'critical'].includes(risk_band),
    ],
  ])('is filtered by %s, in page and API', async (filter, holds) => {
    const expected = idsOf(all.filter(holds));
    expect(expected.length).toBeGreaterThan(0);
    expect(expected.length).toBeLessThan(all.length);
    expect(idsIn(await open(`/tenants/acme?limit=100&${filter}`))).toEqual(expected);
    const api = await service.get(`/v1/tenants/acme/scores?limit=100&${filter}`, token);
    expect(idsOf(((await api.json()) as { accounts: AccountRisk[] }).accounts)).toEqual(expected);
  });

  it('adds up what is filtered, by currency and never over currencies', async () => {
    const mine = all.filter(({ owner, mrr }) => owner === 'ana' && mrr !== null);
    const sum = (currency: string | null) =>
      mine
        .filter((account) => account.currency === currency)
        .reduce((total, { mrr_at_risk }) => total + mrr_at_risk!, 0);
    const page = await open('/tenants/acme?owner=ana');
    expect(page).toMatch(/accounts of 59 listed/);
    const amounts = [...page.matchAll(/<strong>(EUR|USD) ([\d,]+)<\/strong>/g)].map(
      ([, currency, digits]) => [currency, Number(digits!.replaceAll(',', ''))] as const,
    );
    expect(amounts.length).toBeGreaterThan(0);
    for (const [currency, shown] of amounts) expect(shown).toBe(Math.round(sum(currency!)));
    expect(amounts.map(([currency]) => currency)).toEqual(['USD', 'EUR']);
  });

  it('has a next page and a previous one that is the page before', async () => {
    const first = await open('/tenants/acme?limit=20&sort=name');
    expect(first).not.toContain('rel="prev"');
    const second = await open(linkIn(first, /<a href="([^"]*)" rel="next"/)!);
    const third = await open(linkIn(second, /<a href="([^"]*)" rel="next"/)!);
    expect(third).not.toContain('rel="next"');
    expect(idsIn(await open(linkIn(third, /<a href="([^"]*)" rel="prev"/)!))).toEqual(idsIn(second));
    expect(idsIn(await open(linkIn(second, /<a href="([^"]*)" rel="prev"/)!))).toEqual(idsIn(first));
  });

  it('shows twelve weeks of activity as a line and in words', async () => {
    const page = await open('/tenants/acme?limit=100');
    expect(page.match(/<svg class="spark"/g)!.length).toBeGreaterThanOrEqual(59);
    expect(page).toContain('events fell from 23 to 1 a week');
    expect(page).toContain('silent for 12 weeks');
  });

  it('says what the number means, by the churn definition of the tenant', async () => {
    expect(await open('/tenants/acme')).toContain(
      'The chance that within 90 days an account cancels or lapses',
    );
    const globex = await service.token({ tenants: ['globex', 'ended'] });
    expect(await open('/tenants/globex', [], globex)).toContain('goes 30 days without any activity');
    expect(await open('/tenants/ended', [], globex)).toMatch(
      /The chance that within 90 days an account leaves/,
    );
  });

  it('says that the data of a tenant ended, and puts it last among tenants', async () => {
    const everybody = await service.token({ tenants: '*' });
    const tenants = await open('/', [], everybody);
    const names = [...tenants.matchAll(/<td><a href="\/tenants\/([^"]+)"/g)].map(([, name]) => name);
    expect(names.at(-1)).toBe('ended');
    expect(tenants).toContain('data ended 28 days ago');
    expect(await open('/tenants/ended', [], everybody)).toContain(
      'The data of this tenant ended on 2026-10-12',
    );
    expect(await open('/tenants/acme', [], everybody)).not.toContain('The data of this tenant ended');
  });

  it('counts accounts that left in the lines while they were there', async () => {
    expect(await open('/tenants/acme')).toContain('The lines count one account that left since');
    expect(await open('/tenants/acme?band=high')).not.toContain('that left since');
  });
});

describe('who to call first', () => {
  it('are as many accounts as there is time for, by revenue times chance, in one currency', async () => {
    const expected = all
      .filter(({ currency }) => currency === 'USD')
      .toSorted((a, b) => b.mrr_at_risk! - a.mrr_at_risk!)
      .slice(0, 7);
    const page = await open('/tenants/acme/calls?capacity=7');
    expect(idsIn(page)).toEqual(idsOf(expected));
    expect(page).toContain('MRR × chance within 90 days');
    expect(page).toMatch(/7 calls reach USD [\d,]+ of USD [\d,]+ at risk a month/);
    expect(page).toContain('href="/tenants/acme/calls?capacity=7&amp;currency=EUR"');
    expect(page).toContain('class="play"');
  });

  it('are found from a list, with its filters', async () => {
    const list = await open('/tenants/acme?owner=ana&sort=name&limit=20');
    const link = linkIn(list, /<a href="([^"]*)">Who of these to call first/)!;
    expect(link).toBe('/tenants/acme/calls?owner=ana');
    expect(idsIn(await open(link)).length).toBe(10);
  });

  it('are filtered, and refuse a capacity that is none', async () => {
    const mine = idsIn(await open('/tenants/acme/calls?owner=ana'));
    expect(mine).toHaveLength(10);
    const owners = new Map(all.map(({ account_id, owner }) => [account_id, owner]));
    expect(new Set(mine.map((id) => owners.get(id)))).toEqual(new Set(['ana']));
    for (const query of ['capacity=0', 'capacity=ten', 'capacity=1000', 'sort=name', 'limit=3']) {
      const response = await service.app.request(`http://localhost/tenants/acme/calls?${query}`, {
        headers: { cookie: `churn_session=${token}` },
      });
      expect(response.status, query).toBe(400);
    }
  });
});

describe('saved views', () => {
  const post = (
    fields: Record<string, string>,
    headers: Record<string, string> = {},
    cookies: string[] = [],
  ) =>
    service.app.request('http://localhost/tenants/acme/views', {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        cookie: [`churn_session=${token}`, ...cookies].join('; '),
        ...headers,
      },
      body: new URLSearchParams(fields).toString(),
    });
  const cookieOf = (response: Response) => response.headers.get('set-cookie')!.split(';')[0]!;

  it('are kept in the browser under a name, and forgotten again', async () => {
    const saved = await post({ name: 'Mine, rising', query: 'owner=ana&change=rising&cursor=abc' });
    expect([saved.status, saved.headers.get('location')]).toEqual([
      303,
      '/tenants/acme?owner=ana&change=rising',
    ]);
    expect(saved.headers.get('set-cookie')).toMatch(/Path=\/tenants\/acme;.*HttpOnly;.*SameSite=Lax/);
    const page = await open('/tenants/acme?owner=ana&change=rising', [cookieOf(saved)]);
    expect(page).toContain(
      'href="/tenants/acme?owner=ana&amp;change=rising" aria-current="true">Mine, rising</a>',
    );
    expect(page).toContain('Forget “Mine, rising”');
    const forgotten = await post({ name: 'Mine, rising', action: 'forget' }, {}, [cookieOf(saved)]);
    expect(await open('/tenants/acme', [cookieOf(forgotten)])).not.toContain('Mine, rising');
  });

  it('are refused from another site, without a name, and of no list', async () => {
    for (const response of [
      await post({ name: 'x', query: '' }, { 'sec-fetch-site': 'cross-site' }),
      await post({ name: ' ', query: '' }),
      await post({ name: 'x', query: 'shoe_size=44' }),
      await post({ name: 'x', query: '' }, { 'content-type': 'multipart/form-data; boundary=none' }),
    ]) {
      expect(response.status).toBe(400);
      expect(response.headers.get('set-cookie')).toBeNull();
    }
    const noSession = await service.app.request('http://localhost/tenants/acme/views', { method: 'POST' });
    expect(noSession.status).toBe(401);
  });

  it('are none where the cookie is not one of ours, and as many as a cookie holds', async () => {
    expect(await open('/tenants/acme', ['churn_views=%7Bbroken'])).toContain('Who to call first');
    let cookie = 'churn_views=[]';
    for (let at = 0; at < 20; at++)
      cookie = cookieOf(await post({ name: `view ${at}`, query: `q=${'ü'.repeat(60)}${at}` }, {}, [cookie]));
    expect(cookie.length).toBeLessThan(4000);
    const page = await open('/tenants/acme', [cookie]);
    expect(page).toContain('>view 19</a>');
    expect(page).not.toContain('>view 0</a>');
  });
});

describe('the spreadsheet', () => {
  it('has a byte order mark, the change and the reasons; the API has no mark', async () => {
    const response = await service.app.request('http://localhost/tenants/acme/scores.csv?owner=ana', {
      headers: { cookie: `churn_session=${token}` },
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const [head, first] = bytes.toString('utf8').slice(1).split('\r\n');
    expect(head).toContain(',change_90d,mrr,currency,mrr_at_risk,renews_at,reason_1,reason_2,reason_3');
    expect(first).toContain('; typical is ');
    const api = await service.get('/v1/tenants/acme/scores', token, { accept: 'text/csv' });
    expect((await api.text()).startsWith('risk_rank,')).toBe(true);
  });
});

describe('an account', () => {
  it('tells the way from the typical account in steps that add up to its log-odds', async () => {
    const response = await service.get(`/v1/tenants/acme/accounts/${accountId(5)}`, token);
    const account = (await response.json()) as { churn_probability_90d: number };
    const page = await open(`/tenants/acme/accounts/${accountId(5)}`);
    const table = /<table class="waterfall">.*?<\/table>/s.exec(page)![0];
    const numbers = [...table.matchAll(/<td class="number">([+−-]?\d+\.\d+)<\/td>/g)].map(([, text]) =>
      Number(text!.replace('−', '-')),
    );
    const end = numbers.pop()!;
    const probability = account.churn_probability_90d;
    expect(end).toBeCloseTo(Math.log(probability / (1 - probability)), 2);
    expect(numbers[0]).toBeCloseTo(-2, 2);
    expect(numbers.reduce((sum, number) => sum + number, 0)).toBeCloseTo(end, 1);
  });

  it('says what churn means, what it pays, every scored day and what is not known', async () => {
    const page = await open(`/tenants/acme/accounts/${accountId(5)}`);
    expect(page).toContain('chance that within 90 days it cancels or lapses');
    expect(page).toContain('no contract has been in force for more than one day');
    expect(page).toMatch(/EUR [\d,]+/);
    expect(page).toContain('All 3 scores');
    expect(page).toContain('Still there after 30 days');
    const bare = await open(
      `/tenants/globex/accounts/${accountId(0)}`,
      [],
      await service.token({ tenants: ['globex'] }),
    );
    expect(bare).toContain('nothing has happened in the account for 30 days');
  });

  it('says what it did by kind in a year, in charts, in words and in numbers', async () => {
    const page = await open(`/tenants/acme/accounts/${accountId(6)}`);
    expect(page).toContain('Activity by kind over a year');
    expect(page).toContain('By week, from 2025-11-10 on the left to 2026-11-08 on the right');
    const text = page.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
    const [messages, exports] = [(52 * 51 * 3) / 2 + 52, 301];
    expect(text).toContain('Messages 4,030 in a year, at most 154 a week; events fell from 150 to 6 a week');
    expect(text).toContain('Exports 301 in a year, at most 300 a week; events rose from 0 to 75 a week');
    expect(text).toContain(`All together ${(messages + exports).toLocaleString('en-US')} in a year`);
    expect(text).toContain('Nothing of: reports.');
    expect(text).toContain('2026-10-12 322 22 300');
    expect(page.match(/<path class="dot"/g)).toHaveLength(3);
    expect(await open(`/tenants/acme/accounts/${accountId(10)}`)).toContain('Nothing at all in a year.');
    const without = await open(
      `/tenants/ended/accounts/${accountId(1)}`,
      [],
      await service.token({ tenants: ['ended'] }),
    );
    expect(without).toContain('Events by week:');
    expect(without).toContain('the marts have none of 2026-10-12');
  });

  it('has the year of its own tenant, where another tenant has an account of that name', async () => {
    const yearOf = async (id: string) => {
      const path = `/v1/tenants/${id}/accounts/${accountId(3)}`;
      const answer = await service.get(path, await service.token({ tenants: [id] }));
      return ((await answer.json()) as AccountDetail).activity_by_kind;
    };
    const messages = (length: number) =>
      Array.from({ length: 52 }, (_, week) => 12 + ((51 - week) % 3) + length);
    const exports = Array.from({ length: 52 }, (_, week) => ({ 51: 300, 44: 1 })[week] ?? 0);
    const expected = (id: string) => ({
      counted_from: '2025-01-01',
      kinds: [
        { kind: 'message', label: 'messages', weekly_events: messages(id.length) },
        { kind: 'export', label: 'exports', weekly_events: exports },
        { kind: 'report', label: 'reports', weekly_events: new Array(52).fill(0) },
      ],
    });
    for (const id of ['acme', 'globex']) expect(await yearOf(id)).toEqual(expected(id));
  });

  it('that left keeps a page of what was said', async () => {
    const page = await open(`/tenants/acme/accounts/${accountId(7)}`);
    expect(page).toContain('not listed any more');
    expect(page).toContain('It was last scored on 2026-11-02');
    const response = await service.app.request(`http://localhost/tenants/globex/accounts/${accountId(7)}`, {
      headers: { cookie: `churn_session=${token}` },
    });
    expect(response.status).toBe(404);
  });

  it('marks where another model took over', async () => {
    await service.night('2026-11-16', 1);
    await service.scores.refresh();
    const page = await open(`/tenants/acme/accounts/${accountId(5)}`);
    expect(page).toContain('From 2026-11-16 on linear v1 scores.');
    expect(page).toContain('<line class="rule"');
  });
});
