import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openDuckDbWarehouse } from '../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { openLocalRegistry } from '../../models/registry/local-registry.ts';
import { createServiceLog } from '../../serving/http/telemetry/service-log.ts';
import { openServedNight } from '../../serving/published/open-published-night.ts';
import { startService } from '../../serving/service/start-service.ts';
import { openBrowser } from './open-browser.ts';

/**
 * Writes pictures of the pages over a home, such as the demo leaves, to docs/screenshots/:
 *
 *     CHURN_HOME=.churn npm run screenshots
 *
 * `churn monitor` before it gives the model page something to say of drift. The list, the account and its activity in light and dark at 1360 px and in light at 390 px, the others in light; as WebP of 150 KB at most.
 */
const HOME = process.env.CHURN_HOME ?? '.churn';
const FOLDER = process.argv[2] ?? join(import.meta.dirname, '..', '..', 'docs', 'screenshots');
const MOST_BYTES = 150_000;
const LONGEST_PIXELS = 1_200;

const LOOKS = [
  { name: 'light', colorScheme: 'light', width: 1360 },
  { name: 'dark', colorScheme: 'dark', width: 1360 },
  { name: '390px', colorScheme: 'light', width: 390 },
] as const;

const IN_EVERY_LOOK = ['list', 'account'];

/** A part of a page that has a picture of its own. */
const PART = { page: 'account', name: 'activity', selector: 'section.card:has(ul.multiples)' };

const clock = () => new Date();
const service = await startService({
  host: '127.0.0.1',
  port: 0,
  jwtSecret: undefined,
  localSecret: () => 'a secret for the time that pictures take',
  openWarehouse: async () =>
    (await openServedNight(join(HOME, 'published'))) ??
    openDuckDbWarehouse({ file: join(HOME, 'warehouse.duckdb'), readOnly: true, lockTimeoutMs: 60_000 }),
  registry: openLocalRegistry({ directory: join(HOME, 'models'), clock }),
  refreshSeconds: 3600,
  requestsPerMinute: null,
  rowsPerMinute: null,
  clock,
  log: createServiceLog({ write: (line) => process.stderr.write(line) }),
});
const browser = await openBrowser();
try {
  await service.refresh();
  await mkdir(FOLDER, { recursive: true });
  const pages = await pagesOf(browser);
  for (const look of LOOKS) {
    const page = await openPage(browser, look);
    for (const [name, path] of Object.entries(pages)) {
      if (look.name !== 'light' && !IN_EVERY_LOOK.includes(name)) continue;
      await page.goto(`${service.url}${path}`);
      await picture(page, join(FOLDER, `${name}-${look.name}.webp`));
      if (name !== PART.page) continue;
      const box = (await page.locator(PART.selector).boundingBox())!;
      await picture(page, join(FOLDER, `${PART.name}-${look.name}.webp`), box);
    }
    await page.context().close();
  }
} finally {
  await browser.close();
  await service.stop();
}

/** The operator's list, a tenant's list and calls, and the tenant's first account, by the name of their pictures. */
async function pagesOf(opened: Browser): Promise<Record<string, string>> {
  const page = await openPage(opened, LOOKS[0]);
  const linkAt = async (path: string, selector: string) => {
    await page.goto(`${service.url}${path}`);
    return (await page.locator(selector).first().getAttribute('href'))!;
  };
  // One whose revenue is known, since most pages are about it.
  const tenant = await linkAt(
    '/',
    'tbody tr:not(:has(a[href="/tenants/platform"])):has(td:nth-child(5):not(:text-is("–"))) td a',
  );
  const account = await linkAt(tenant, 'td.account a');
  await page.context().close();
  return {
    list: tenant,
    'operator-list': '/tenants/platform',
    calls: `${tenant}/calls`,
    portfolio: `${tenant}/portfolio`,
    model: `${tenant}/model`,
    account,
  };
}

async function openPage(opened: Browser, { colorScheme, width }: (typeof LOOKS)[number]): Promise<Page> {
  const context = await opened.newContext({ colorScheme, viewport: { width, height: 900 } });
  await context.addCookies([{ name: 'churn_session', value: service.token!, url: service.url }]);
  return context.newPage();
}

type Area = Readonly<Record<'x' | 'y' | 'width' | 'height', number>>;

/** The top of the page, or a part of it: nobody reads a picture of a list to its end. */
async function picture(page: Page, file: string, part?: Area): Promise<void> {
  const size = page.viewportSize()!;
  const height = Math.min(
    LONGEST_PIXELS,
    await page.evaluate<number>('document.documentElement.scrollHeight'),
  );
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', {
    format: 'webp',
    quality: 65,
    captureBeyondViewport: true,
    clip: { x: 0, y: 0, width: size.width, height, ...part, scale: 1 },
  });
  await session.detach();
  await writeFile(file, Buffer.from(data, 'base64'));
  const { size: bytes } = await stat(file);
  process.stdout.write(`${file} ${Math.round(bytes / 1024)} KB\n`);
  if (bytes > MOST_BYTES) throw new Error(`${file} has ${bytes} bytes; ${MOST_BYTES} are the most`);
}
