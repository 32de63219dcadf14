import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ServiceUnderTest, startServiceUnderTest } from '../http/service-under-test.ts';
import { MODEL_FIGURES } from '../model-figures.ts';
import { tenant } from '../small-marts.ts';
import { promoteSmallModel } from '../small-model.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { writeMonitoring } from '../write-monitoring.ts';

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

  it('says what drifted at the tenant, how surely, since when and from where, and nothing of another', async () => {
    const textOf = async (id: string) => {
      const answer = await open(`/tenants/${id}/model`, await service.token({ tenants: [id] }));
      return (await answer.text()).replaceAll(/<[^>]+>/g, '|').replaceAll(/[|\s]+/g, ' ');
    };
    expect(await textOf('acme')).toContain(
      'Not monitored yet. Whoever runs the platform measures it with churn monitor .',
    );
    await writeMonitoring(service.file, '2026-10-05', [
      { tenantId: 'acme', model: ['rich', 'v0'], drift: { mrr: [9, 0.5, true] } },
      { tenantId: 'globex', model: ['linear', 'v0'], drift: { plan: [0.77, 0.66, true] } },
    ]);
    await writeMonitoring(service.file, '2026-11-02', [
      {
        tenantId: 'acme',
        model: ['rich', 'v1'],
        drift: {
          plan: [0.02, 0.31, false],
          open_tickets: [0.47, 0.21, true],
          active_days_28d: [0.24, 0.23, false],
          churn_probability_90d: [0.11, 0.12, false],
        },
        ratio: [1.41, 1.18, 1.69, true],
      },
      { tenantId: '*', model: ['rich', 'v1'], drift: { plan: [0.88, 0.01, true], mrr: [0.99, 0.01, true] } },
    ]);
    const before = service.scores.snapshot()!.get(tenant('acme'))!.current;
    await service.scores.refresh();
    expect(service.scores.snapshot()!.get(tenant('acme'))!.current.accounts).toBe(before.accounts);
    const acme = await textOf('acme');
    expect(acme).toContain(
      '1 of 3 figures that the model looks at has drifted beyond chance. As of 2026-11-02, 7 days before the list.',
    );
    expect(acme).toMatch(/90-day chances, since the first night of this version 0\.11 0\.12 within chance/);
    expect(acme).toContain(
      'open support tickets 0.47 0.21 drifted, beyond chance active days in the last 28 days 0.24 0.23 beyond chance, too little to matter plan 0.02 0.31 within chance',
    );
    expect(acme).toContain(
      'Of 1,234 served scores whose outcome is known, 1.41 (1.18 to 1.69) times as many churned as forecast, which is beyond chance.',
    );
    expect(acme).toContain('Measured by churn monitor on 2026-11-02');
    expect(acme).not.toMatch(/0\.77|0\.88|0\.99|9\.00|globex/);
    const globex = await textOf('globex');
    expect(globex).toContain(
      'These figures are of linear v0, which served then. rich v1 is measured by the next churn monitor',
    );
    expect(globex).toContain('35 days before the list. Much may have changed since.');
    expect(globex).toContain('plan 0.77 0.66 drifted, beyond chance');
    expect(globex).toContain('of no score served here is the outcome known yet');
    expect(globex).not.toMatch(/0\.47|0\.88|1\.41|acme/);
  });

  it('is a page of its own kind for whoever may not read it', async () => {
    const refusals = await Promise.all(['globex', 'nobody'].map((id) => open(`/tenants/${id}/model`)));
    expect(refusals.map(({ status }) => status)).toEqual([404, 404]);
    const [other, unknown] = await Promise.all(refusals.map((refusal) => refusal.text()));
    expect(other!.replaceAll('globex', 'nobody')).toBe(unknown);
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
