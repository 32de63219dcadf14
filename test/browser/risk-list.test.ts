import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../serving/temporary-folder.ts';
import { openPages, type PagesInBrowser } from './pages-in-browser.ts';

const folder = temporaryFolder();
let pages: PagesInBrowser;
let page: Page;

beforeAll(async () => {
  pages = await openPages(await folder.path());
  page = await pages.newPage();
});
afterAll(() => pages?.stop());

const chances = async () =>
  (await page.locator('td.lead strong').allTextContents()).map((text) => Number.parseFloat(text));
const owners = async () => new Set(await page.locator('td[data-label=Owner]').allTextContents());

it('a customer success manager logs in, filters, sorts, opens, reads why, exports, and logs out', async () => {
  await page.goto(pages.url);
  await page.getByLabel('Access token').fill('not a token');
  await page.getByRole('button', { name: 'Log in' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('malformed');
  // Chromium reports the 401 itself; that is the only thing to complain about.
  pages.complaints.length = 0;

  await page.getByLabel('Access token').fill(await pages.prepared.token());
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL('**/tenants/acme');
  expect(await page.locator('tbody tr').count()).toBe(39);
  expect(await chances()).toEqual((await chances()).toSorted((a, b) => b - a));

  await page.getByLabel('Owner').selectOption('ana');
  await page.getByLabel('Renews').selectOption('60');
  await page.getByRole('button', { name: 'Show' }).click();
  const filtered = await page.locator('tbody tr').count();
  expect(filtered).toBeGreaterThan(3);
  expect(filtered).toBeLessThan(14);
  expect(await owners()).toEqual(new Set(['ana']));

  await page.getByRole('columnheader').getByRole('link', { name: 'Renews' }).click();
  const days = await page.locator('td[data-label=Renews]').allTextContents();
  expect(days).toEqual(days.toSorted());
  await page.getByRole('columnheader').getByRole('link', { name: 'Renews' }).click();
  expect(await page.locator('td[data-label=Renews]').allTextContents()).toEqual(days.toReversed());
  expect(page.url()).toContain('owner=ana');
  expect(await owners()).toEqual(new Set(['ana']));

  await page.getByLabel('Name of this view').fill('Mine, renewing');
  await page.getByRole('button', { name: 'Save view' }).click();
  await page.getByRole('link', { name: 'Clear' }).click();
  expect(await page.locator('tbody tr').count()).toBe(39);
  await page.getByRole('link', { name: 'Mine, renewing' }).click();
  expect(await page.locator('tbody tr').count()).toBe(filtered);

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: /as CSV/ }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('churn-risk-2026-11-09.csv');
  const csv = await readFile(await download.path(), 'utf8');
  expect(csv.startsWith('\uFEFFrisk_rank,')).toBe(true);
  expect(csv.trimEnd().split('\r\n')).toHaveLength(filtered + 1);

  const name = await page.locator('td.account a').first().textContent();
  await page.locator('td.account a').first().click();
  expect(await page.locator('h1').textContent()).toContain(name!);
  expect(await page.getByRole('heading', { name: 'Why', exact: true }).isVisible()).toBe(true);
  expect(await page.locator('ul.drivers li').count()).toBeGreaterThan(1);
  const behind = page.getByText('What is behind').first();
  const table = page.locator('details table').first();
  expect(await table.isVisible()).toBe(false);
  await behind.click();
  expect(await table.isVisible()).toBe(true);
  expect(await page.locator('table.waterfall tbody tr').count()).toBeGreaterThan(3);

  // The stylesheet is there, and the rule against inline styles has not taken the bars away.
  const bar = await page.locator('svg.bar rect.raises, svg.bar rect.lowers').first().boundingBox();
  expect(bar!.width).toBeGreaterThan(10);
  expect(await page.evaluate<string>("getComputedStyle(document.querySelector('.tile')).borderRadius")).toBe(
    '10px',
  );

  await page.getByRole('link', { name: 'Who to call first' }).click();
  await page.getByLabel('Calls a week').fill('3');
  await page.getByRole('button', { name: 'Show' }).click();
  expect(await page.locator('tbody tr').count()).toBe(3);

  await page.getByRole('button', { name: 'Log out' }).click();
  expect(await page.getByLabel('Access token').isVisible()).toBe(true);
  await page.goto(`${pages.url}/docs`);
  expect(await page.getByText('/v1/tenants/{tenant_id}/scores', { exact: true }).isVisible()).toBe(true);
  expect(pages.complaints).toEqual([]);
});
