import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../serving/temporary-folder.ts';
import { openPages, type PagesInBrowser } from './pages-in-browser.ts';

const ACCOUNTS = 5_000;
const MOST_BYTES = 300_000;
const MOST_MILLISECONDS = 1_000;

const folder = temporaryFolder();
let pages: PagesInBrowser;

beforeAll(async () => {
  pages = await openPages(await folder.path(), {
    tenants: { acme: ACCOUNTS },
    asOfDates: ['2026-11-02', '2026-11-09'],
    hasWeeks: true,
  });
});
afterAll(() => pages?.stop());

it.each(['', '?owner=ana&sort=name', '?limit=100&sort=change', '/calls?capacity=50'])(
  `a list of ${ACCOUNTS} accounts%s is there within ${MOST_MILLISECONDS} ms and ${MOST_BYTES} bytes, uncompressed`,
  async (query) => {
    const page = await pages.newPage({ isLoggedIn: true });
    await page.goto(`${pages.url}/tenants/acme${query}`, { waitUntil: 'load' });
    const { milliseconds, bytes } = await page.evaluate<{ milliseconds: number; bytes: number }>(
      `(() => {
        const [page] = performance.getEntriesByType('navigation');
        const all = [page, ...performance.getEntriesByType('resource')];
        return { milliseconds: page.loadEventEnd - page.startTime, bytes: all.reduce((sum, one) => sum + one.decodedBodySize, 0) };
      })()`,
    );
    expect(await page.locator('tbody tr').count()).toBeGreaterThanOrEqual(50);
    expect(bytes).toBeGreaterThan(20_000);
    expect(bytes).toBeLessThan(MOST_BYTES);
    expect(milliseconds).toBeGreaterThan(0);
    expect(milliseconds).toBeLessThan(MOST_MILLISECONDS);
    await page.context().close();
  },
);
