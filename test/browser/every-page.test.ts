import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../serving/temporary-folder.ts';
import { openPages, PAGES, type PagesInBrowser } from './pages-in-browser.ts';

const folder = temporaryFolder();
let pages: PagesInBrowser;

beforeAll(async () => {
  pages = await openPages(await folder.path());
});
afterAll(() => pages?.stop());
afterEach(() => {
  pages.complaints.length = 0;
});

const LOOKS = [
  { name: 'light', colorScheme: 'light', width: 1360 },
  { name: 'dark', colorScheme: 'dark', width: 1360 },
  { name: 'light at 390 px', colorScheme: 'light', width: 390 },
  { name: 'dark at 390 px', colorScheme: 'dark', width: 390 },
  // What a window of 1280 px shows at 200 %.
  { name: 'light at 200 %', colorScheme: 'light', width: 640 },
] as const;

/** Serious and critical violations of WCAG 2.2 AA, each with what it is about. */
async function violationsOf(page: Page): Promise<string[]> {
  // An evaluated script passes the content security policy, which stays under test; an added one would not.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}

/** A missing page is one, and Chromium says so; everything else is worth a complaint. */
function otherThanMissing(complaints: readonly string[]): string[] {
  return complaints.filter((text) => !/the server responded with a status of 40[14]/.test(text));
}

describe.each(LOOKS)('$name', ({ colorScheme, width }) => {
  it.each(Object.entries(PAGES))('%s is accessible, fits, and complains of nothing', async (_, path) => {
    const page = await pages.newPage({ isLoggedIn: true, colorScheme, viewport: { width, height: 900 } });
    await page.goto(`${pages.url}${path}`);
    expect(await violationsOf(page)).toEqual([]);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    expect(otherThanMissing(pages.complaints)).toEqual([]);
    await page.context().close();
  });

  it('the log-in page is accessible, fits, and complains of nothing', async () => {
    const page = await pages.newPage({ colorScheme, viewport: { width, height: 900 } });
    await page.goto(`${pages.url}/tenants/acme`);
    expect(await violationsOf(page)).toEqual([]);
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    expect(otherThanMissing(pages.complaints)).toEqual([]);
    await page.context().close();
  });
});

it('a dark browser gets dark pages', async () => {
  const groundOf = async (colorScheme: 'light' | 'dark') => {
    const page = await pages.newPage({ isLoggedIn: true, colorScheme });
    await page.goto(`${pages.url}/tenants/acme`);
    const colour = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    await page.context().close();
    return colour.match(/\d+/g)!.map(Number);
  };
  expect(Math.min(...(await groundOf('light')))).toBeGreaterThan(200);
  expect(Math.max(...(await groundOf('dark')))).toBeLessThan(60);
});

it('at 390 px the 90-day chance of every account is in sight', async () => {
  const page = await pages.newPage({ isLoggedIn: true, viewport: { width: 390, height: 900 } });
  await page.goto(`${pages.url}/tenants/acme`);
  const figures = await page.locator('td.lead strong').all();
  expect(figures).toHaveLength(39);
  for (const figure of figures) {
    const box = (await figure.boundingBox())!;
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(390);
  }
  await page.context().close();
});

it('links in text are told by more than colour', async () => {
  const page = await pages.newPage({ isLoggedIn: true });
  for (const path of ['/', '/tenants/acme', PAGES.account!]) {
    await page.goto(`${pages.url}${path}`);
    const plain = await page.evaluate<string[]>(
      `[...document.querySelectorAll('td a, p a')].filter((a) => !getComputedStyle(a).textDecorationLine.includes('underline')).map((a) => a.outerHTML)`,
    );
    expect(plain, path).toEqual([]);
  }
  await page.context().close();
});
