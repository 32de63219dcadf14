import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AccountRisk, Summary } from '../../../serving/read-model/score-documents.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../http/service-under-test.ts';
import { accountId } from '../small-marts.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();
let service: ServiceUnderTest;
let token: string;
let all: readonly AccountRisk[];
let summary: Summary;
let page: string;

beforeAll(async () => {
  service = await startServiceUnderTest(await folder.path(), {
    tenants: { acme: 60, globex: 5, late: 3 },
    asOfDates: ['2026-10-12', '2026-11-02', '2026-11-09', '2026-11-16'],
    churnDefinitions: { acme: 'contractual', globex: 'inactivity' },
    // Two left: one after the first score, one after the second. One tenant came for the last.
    isGone: (tenantId, index, asOf) =>
      (tenantId === 'acme' && index === 7 && asOf > '2026-11-02') ||
      (tenantId === 'acme' && index === 4 && asOf > '2026-10-12') ||
      (tenantId === 'late' && asOf < '2026-11-09'),
  });
  await service.night('2026-10-12');
  await service.scores.refresh();
  token = await service.token({ tenants: ['acme'] });
  const list = await service.get('/v1/tenants/acme/scores?limit=500', token);
  all = ((await list.json()) as { accounts: AccountRisk[] }).accounts;
  summary = (await (await service.get('/v1/tenants/acme/summary', token)).json()) as Summary;
  page = await (await open('/tenants/acme/portfolio')).text();
});
afterAll(() => service.stop());

function open(path: string, session = token): Response | Promise<Response> {
  return service.app.request(`http://localhost${path}`, {
    headers: { cookie: `churn_session=${session}`, accept: 'text/html' },
  });
}

/** What stands under a heading, up to the next section. */
const section = (heading: string) => {
  const start = page.indexOf(`<h2>${heading}`);
  expect(start, heading).toBeGreaterThan(0);
  return page.slice(start, page.indexOf('</section>', start));
};
const linked = (part: string) =>
  [...part.matchAll(/href="\/tenants\/acme\/accounts\/([^"]+)"/g)].map(([, id]) => id);
const whole = (amount: number) => Math.round(amount).toLocaleString('en-US');

describe('the portfolio page', () => {
  it('has every scored day by band and currency, as the API tells it', () => {
    const trend = section('Trend');
    expect(summary.trend).toHaveLength(3);
    expect(trend.match(/<rect class="part critical"/g)).toHaveLength(3);
    for (const point of summary.trend) {
      const row = trend.slice(trend.indexOf(`<th scope="row" class="nowrap">${point.as_of_date}`));
      const cells = [...row.slice(0, row.indexOf('</tr>')).matchAll(/<td class="number">([\d,]+)<\/td>/g)];
      const { critical, high, medium, low } = point.accounts_by_band;
      expect(cells.map(([, cell]) => Number(cell))).toEqual([
        point.account_count,
        critical,
        high,
        medium,
        low,
      ]);
      for (const [currency, amount] of Object.entries(point.mrr_at_risk_by_currency))
        expect(row).toContain(`${currency} ${whole(amount)}`.trim());
    }
    expect(Object.keys(summary.mrr_at_risk_by_currency).length).toBeGreaterThan(1);
    for (const currency of Object.keys(summary.mrr_at_risk_by_currency).filter((code) => code !== ''))
      expect(trend).toContain(`MRR at risk, ${currency}`);
  });

  it('names the accounts that moved most, the largest change first', () => {
    const byChange = (sign: number) =>
      all
        .filter(({ change_90d }) => (change_90d ?? 0) * sign >= 0.01)
        .toSorted((a, b) => sign * (b.change_90d! - a.change_90d!) || a.risk_rank - b.risk_rank)
        .map(({ account_id }) => account_id);
    expect(byChange(1).length).toBeGreaterThan(0);
    expect(linked(section('Risk up'))).toEqual(byChange(1).slice(0, 8));
    expect(linked(section('Risk down'))).toEqual(byChange(-1).slice(0, 8));
    expect(section('Risk up')).toContain(`All ${byChange(1).length} that moved`);
  });

  it('counts the renewals of each week of the quarter, and its money by currency', () => {
    const renewing = section('Renewals of the next 13 weeks');
    const start = Date.parse('2026-11-09');
    const inWeek = (week: number) =>
      all.filter(({ renews_at }) => {
        const days = renews_at === null ? -1 : (Date.parse(renews_at) - start) / 86_400_000;
        return days >= week * 7 && days < week * 7 + 7;
      });
    const rows = [...renewing.matchAll(/<th scope="row" class="nowrap">([^<]+)<\/th>(.*?)<\/tr>/g)];
    expect(rows).toHaveLength(13);
    rows.forEach(([, from, cells], week) => {
      expect(from).toBe(new Date(start + week * 7 * 86_400_000).toISOString().slice(0, 10));
      const accounts = inWeek(week);
      const isHigh = ({ risk_band }: AccountRisk) => ['high', 'critical'].includes(risk_band);
      expect(cells).toContain(
        `<td class="number">${accounts.length}</td><td class="number">${accounts.filter(isHigh).length}</td>`,
      );
      for (const code of ['EUR', 'USD']) {
        const sum = accounts
          .filter(({ currency }) => currency === code)
          .reduce((total, { mrr }) => total + (mrr ?? 0), 0);
        if (sum > 0) expect(cells).toContain(`${code} ${whole(sum)}`);
      }
    });
    expect(rows.some((_, week) => inWeek(week).length > 0)).toBe(true);
  });

  it('says of accounts that left what was said of them, who left last first', async () => {
    const left = section('No longer on the list');
    expect(linked(left)).toEqual([accountId(7), accountId(4)]);
    expect(left).toMatch(/<strong>\d of 2<\/strong>/);
    const gone = await (await open(`/tenants/acme/accounts/${accountId(7)}`)).text();
    const [, day, chance] = /last scored on ([\d-]+): ([\d.]+ %)/.exec(gone)!;
    const row = left.slice(left.indexOf(accountId(7)));
    expect(row.slice(0, row.indexOf('</tr>'))).toContain(day);
    expect(row.slice(0, row.indexOf('</tr>'))).toContain(chance);
  });

  it('is linked from the other pages of the tenant, and marks itself', async () => {
    expect(page).toContain('href="/tenants/acme/portfolio" aria-current="page"');
    expect(await (await open('/tenants/acme')).text()).toContain('href="/tenants/acme/portfolio"');
  });

  it('is nobody else’s: another tenant is the same page of nothing as an unknown one', async () => {
    expect(page).not.toContain('globex');
    const texts = await Promise.all(
      ['globex', 'nobody'].map(async (tenant) => {
        const response = await open(`/tenants/${tenant}/portfolio`);
        expect(response.status).toBe(404);
        expect(response.headers.get('content-type')).toContain('text/html');
        return response.text();
      }),
    );
    expect(texts[0]).toBe(texts[1]);
    expect((await service.app.request('http://localhost/tenants/acme/portfolio')).status).toBe(401);
  });

  it('says plainly where there is one scored day only', async () => {
    const session = await service.token({ tenants: ['late'] });
    const text = await (await open('/tenants/late/portfolio', session)).text();
    expect(text).toContain('one scored day so far, and a trend needs two');
    expect(text).toContain('no account has a score of the as-of date before');
  });
});
