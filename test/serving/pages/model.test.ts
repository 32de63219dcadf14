import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ServiceUnderTest, startServiceUnderTest } from '../http/service-under-test.ts';
import { MODEL_FIGURES } from '../model-figures.ts';
import { promoteSmallModel } from '../small-model.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const REASON = 'initech churned more than forecast';

const folder = temporaryFolder();
let service: ServiceUnderTest;
let token: string;
let page: string;

beforeAll(async () => {
  service = await startServiceUnderTest(await folder.path(), {
    tenants: { acme: 6, globex: 5 },
    asOfDates: ['2026-11-02', '2026-11-09'],
    churnDefinitions: { acme: 'contractual' },
  });
  await promoteSmallModel(service.registry, {
    name: 'rich',
    seed: 2,
    figures: MODEL_FIGURES,
    reason: REASON,
  });
  token = await service.token({ tenants: ['acme'] });
  page = await (await open('/tenants/acme/model')).text();
});
afterAll(() => service.stop());

function open(path: string, session = token): Response | Promise<Response> {
  return service.app.request(`http://localhost${path}`, {
    headers: { cookie: `churn_session=${session}`, accept: 'text/html' },
  });
}

describe('the model page', () => {
  it('says what the champion predicts and what it learnt from', () => {
    expect(page).toContain('rich v1');
    expect(page).toContain('the chance that within 30, 60 and 90 days it cancels or lapses');
    expect(page).toContain('<dd>2026-10-30</dd>');
    expect(page).toContain('4,321 accounts, 98,765 rows, 2025-04-28 to 2026-05-25');
    expect(page).toContain('910 accounts, 5,678 rows');
    expect(page).toContain('The list of 2026-11-09 was scored by linear v0');
  });

  it('has the figures of the card with their intervals', () => {
    expect(page).toMatch(/<strong>83\.3 %<span class="interval"> \(75\.0 to 91\.6\)/);
    expect(page).toMatch(/<strong>1\.2 points<span class="interval"> \(1\.1 to 1\.4\)/);
    expect(page).toMatch(/<strong>4\.6 times<span class="interval"> \(4\.1 to 5\.0\)/);
    for (const auc of ['81.1 %', '82.2 %']) expect(page).toContain(auc);
    const text = page.replaceAll(/<[^>]+>/g, '|').replaceAll(/\|+/g, '|');
    expect(text).toContain('|617|34.1 %|35.7 %|');
    expect(text).toContain('|highest 1 %|9.7 times|');
    expect(text).toContain('|highest 10 %|45|34.6 %|32.5 %|25.4 % to 40.2 %|as forecast, within chance|');
    expect(text).toContain(
      '|highest 1 %|8|81.1 %|33.3 %|20.1 % to 50.0 %|too high: fewer churned than was said|',
    );
    expect(page.match(/<circle class="dot"/g)).toHaveLength(2);
  });

  it('has the tenant’s own outcome, and of no other tenant a name or a figure', async () => {
    expect(page).toMatch(
      /Of 321 test rows of acme, 7\.6 % were forecast to churn.*<strong>6\.5 %<\/strong>/s,
    );
    expect(page).not.toMatch(/globex|initech|19\.9|28\.8|33\.2 %|44\.3|432|543/);
    const other = await (
      await open('/tenants/globex/model', await service.token({ tenants: ['globex'] }))
    ).text();
    expect(other).toMatch(/Of 432 test rows of globex/);
    expect(other).not.toMatch(/acme|initech|Of 321|6\.5 %|7\.6 %/);
  });

  it('says who promoted it and why to readers of all tenants only: a reason may name any of them', async () => {
    expect(page).toMatch(/<td class="nowrap">2026-11-17<\/td><th scope="row" class="nowrap">rich v1<\/th>/);
    expect(page).toContain('small v1');
    for (const told of [REASON, '>Why<', '>By<']) expect(page, told).not.toContain(told);
    expect(page.indexOf('rich v1</th>')).toBeLessThan(page.indexOf('small v1</th>'));
    const everybody = await (await open('/tenants/acme/model', await service.token({ tenants: '*' }))).text();
    expect(everybody).toContain(REASON);
    expect(everybody).not.toContain('globex');
  });

  it('says that nothing was measured where nothing was', async () => {
    const bare = await startServiceUnderTest(await folder.path(), {
      tenants: { acme: 3 },
      asOfDates: ['2026-11-02', '2026-11-09'],
    });
    const response = await bare.app.request('http://localhost/tenants/acme/model', {
      headers: { cookie: `churn_session=${await bare.token()}` },
    });
    const text = await response.text();
    await bare.stop();
    expect(text).toContain('nobody churned in the test, or it had no rows');
    expect(text).toContain('this version was not measured at the top');
    expect(text).toContain('the test had no rows of acme');
  });

  it('is a page of its own kind for whoever may not read it', async () => {
    for (const tenant of ['globex', 'nobody'])
      expect((await open(`/tenants/${tenant}/model`)).status, tenant).toBe(404);
    expect((await service.app.request('http://localhost/tenants/acme/model')).status).toBe(401);
    expect(page).toContain('href="/tenants/acme/model" aria-current="page"');
  });

  it('follows a promotion, with its record, without a request to the registry', async () => {
    await promoteSmallModel(service.registry, { name: 'newer', seed: 3, figures: MODEL_FIGURES });
    expect(await (await open('/tenants/acme/model')).text()).not.toContain('newer v1');
    await service.champions.refresh();
    const text = await (await open('/tenants/acme/model')).text();
    expect(text.match(/newer v1/g)!.length).toBeGreaterThanOrEqual(2);
  });

  it('costs the record alone where that cannot be read, until it can', async () => {
    await promoteSmallModel(service.registry, { name: 'third', seed: 4, figures: MODEL_FIGURES });
    vi.spyOn(service.registry, 'history').mockRejectedValueOnce(new Error('the disk is gone'));
    await service.champions.refresh();
    const without = await (await open('/tenants/acme/model')).text();
    expect(without).toContain('third v1');
    expect(without).toContain('The record of earlier versions cannot be read right now');
    expect(service.log.map(({ msg }) => msg)).toContain('history of tenants not read: the disk is gone');
    await service.champions.refresh();
    expect(await (await open('/tenants/acme/model')).text()).toContain('third v1</th>');
  });
});
