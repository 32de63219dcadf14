import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDuckDbWarehouse } from '../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { createServiceLog } from '../../serving/http/telemetry/service-log.ts';
import { type RunningService, startService } from '../../serving/service/start-service.ts';
import { SECRET, type ServiceUnderTest, startServiceUnderTest } from '../serving/http/service-under-test.ts';
import { temporaryFolder } from '../serving/temporary-folder.ts';
import { openBrowser } from './open-browser.ts';

const folder = temporaryFolder();
let prepared: ServiceUnderTest;
let service: RunningService;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  prepared = await startServiceUnderTest(await folder.path());
  service = await startService({
    host: '127.0.0.1',
    port: 0,
    jwtSecret: SECRET,
    openWarehouse: () => openDuckDbWarehouse({ file: prepared.file, readOnly: true, lockTimeoutMs: 1_000 }),
    registry: prepared.registry,
    refreshSeconds: 3600,
    requestsPerMinute: null,
    rowsPerMinute: null,
    clock: () => prepared.now,
    log: createServiceLog({ write: () => undefined }),
  });
  await service.refresh();
  browser = await openBrowser();
  page = await browser.newPage({ viewport: { width: 1360, height: 900 } });
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(service.url) && !request.url().startsWith('data:'))
      complaints.push(`the page asked ${request.url()}`);
  });
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
  await prepared?.stop();
});

it('a customer success manager logs in, filters to own accounts, opens one, exports, and logs out', async () => {
  await page.goto(service.url);
  await page.getByLabel('Access token').fill('not a token');
  await page.getByRole('button', { name: 'Log in' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('malformed');
  // Chromium reports the 401 itself; that is the only thing to complain about.
  complaints.length = 0;

  await page.getByLabel('Access token').fill(await prepared.token());
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL('**/tenants/acme');
  expect(await page.locator('tbody tr').count()).toBe(40);
  expect(await page.locator('tbody tr').first().locator('td').first().textContent()).toBe('1');

  await page.getByLabel('Owner').selectOption('ana');
  await page.getByRole('button', { name: 'Show' }).click();
  expect(await page.locator('tbody tr').count()).toBe(14);
  expect(new Set(await page.locator('tbody td:last-child').allTextContents())).toEqual(new Set(['ana']));

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: /as CSV/ }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('churn-risk-2026-11-09.csv');

  const name = await page.locator('td.account a').first().textContent();
  await page.locator('td.account a').first().click();
  expect(await page.locator('h1').textContent()).toContain(name!);
  expect(await page.getByRole('heading', { name: 'Why', exact: true }).isVisible()).toBe(true);
  expect(await page.locator('ul.drivers li').count()).toBeGreaterThan(1);
  expect(await page.locator('svg.chart polyline.line').count()).toBe(2);

  // The stylesheet is there, and the rule against inline styles has not taken the bars away.
  const bar = await page.locator('svg.bar rect.raises, svg.bar rect.lowers').first().boundingBox();
  expect(bar!.width).toBeGreaterThan(10);
  const corner = await page.evaluate<string>(
    "getComputedStyle(document.querySelector('.tile')).borderRadius",
  );
  expect(corner).toBe('10px');

  await page.getByRole('button', { name: 'Log out' }).click();
  expect(await page.getByLabel('Access token').isVisible()).toBe(true);
  await page.goto(`${service.url}/docs`);
  expect(await page.getByText('/v1/tenants/{tenant_id}/scores', { exact: true }).isVisible()).toBe(true);
  expect(complaints).toEqual([]);
});
