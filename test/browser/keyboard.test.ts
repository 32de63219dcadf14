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

const MOST_TABS = 60;

/** Presses Tab until what has the focus says `text`, as its words, label or name. */
async function tabTo(text: RegExp): Promise<void> {
  const passed: string[] = [];
  for (let tab = 0; tab < MOST_TABS; tab++) {
    await page.keyboard.press('Tab');
    const words = await page.evaluate<string>(
      `(() => { const at = document.activeElement; return [at.textContent, at.labels?.[0]?.textContent, at.name].join(' ').trim(); })()`,
    );
    if (text.test(words)) return;
    passed.push(words.slice(0, 30));
  }
  throw new Error(`nothing that says ${text} has the focus within ${MOST_TABS} tabs: ${passed.join(' | ')}`);
}

/** Whether what has the focus can be seen to have it. */
const isFocusSeen = () =>
  page.evaluate<boolean>(
    `getComputedStyle(document.activeElement).outlineStyle !== 'none' && parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 2`,
  );

async function follow(): Promise<void> {
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
}

it('everything that the mouse does, the keyboard does', async () => {
  await page.goto(pages.url);
  // The field gets the focus by itself, a moment after the page is there.
  await page.waitForFunction(`document.activeElement.name === 'token'`);
  await page.keyboard.type(await pages.prepared.token());
  await tabTo(/^Log in/);
  expect(await isFocusSeen()).toBe(true);
  await follow();
  expect(page.url()).toMatch(/\/tenants\/acme$/);

  await tabTo(/^Skip to the content/);
  expect(await page.locator('a.skip').boundingBox()).toMatchObject({ x: expect.any(Number) });
  expect((await page.locator('a.skip').boundingBox())!.x).toBeGreaterThanOrEqual(0);
  await page.keyboard.press('Enter');
  await tabTo(/owner$/);
  expect(await isFocusSeen()).toBe(true);
  await page.keyboard.type('ana');
  await tabTo(/^Show/);
  await follow();
  expect(page.url()).toContain('owner=ana');
  expect(new Set(await page.locator('td[data-label=Owner]').allTextContents())).toEqual(new Set(['ana']));

  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await tabTo(/^MRR at risk/);
  await follow();
  expect(page.url()).toContain('sort=mrr_at_risk');

  await tabTo(/^acme customer/);
  expect(await isFocusSeen()).toBe(true);
  await follow();
  expect(page.url()).toContain('/accounts/');
  await tabTo(/^What is behind/);
  await page.keyboard.press('Enter');
  expect(await page.locator('details[open] table').count()).toBe(1);
  await page.keyboard.press('Space');
  expect(await page.locator('details[open]').count()).toBe(0);

  await page.goto(`${pages.url}/tenants/acme`);
  await tabTo(/^Log out/);
  await follow();
  expect(await page.getByLabel('Access token').isVisible()).toBe(true);
  expect(pages.complaints).toEqual([]);
});
