import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { startService } from '../../serving/service/start-service.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../serving/http/service-under-test.ts';
import { MODEL_FIGURES } from '../serving/model-figures.ts';
import { accountId, type SmallMarts } from '../serving/small-marts.ts';
import { promoteSmallModel } from '../serving/small-model.ts';
import { writeMonitoring } from '../serving/write-monitoring.ts';
import { openBrowser } from './open-browser.ts';
import { serviceOptions } from './service-options.ts';

const MARTS: SmallMarts = {
  tenants: { acme: 40, globex: 5 },
  asOfDates: ['2026-11-02', '2026-11-09', '2026-11-16'],
  hasWeeks: true,
  years: ['acme'],
  churnDefinitions: { acme: 'contractual', globex: 'inactivity' },
  isGone: (tenantId, index, asOf) => tenantId === 'acme' && index === 39 && asOf > '2026-11-02',
};

/** Every page, by what it is called here. Whoever adds a page adds it, and it is looked at in both schemes, by axe and at 390 px. */
export const PAGES: Readonly<Record<string, string>> = {
  tenants: '/',
  'risk list': '/tenants/acme',
  'filtered and sorted list': '/tenants/acme?owner=ana&sort=change&renews_within=60',
  'empty list': '/tenants/acme?q=nobody',
  'list without revenue': '/tenants/globex',
  'who to call first': '/tenants/acme/calls?capacity=5',
  account: `/tenants/acme/accounts/${accountId(12)}`,
  'account that left': `/tenants/acme/accounts/${accountId(39)}`,
  portfolio: '/tenants/acme/portfolio',
  model: '/tenants/acme/model',
  'no such account': '/tenants/acme/accounts/nobody',
  API: '/docs',
};

/** A running service over small marts, and a browser to look at its pages with. */
export interface PagesInBrowser {
  readonly url: string;
  readonly browser: Browser;
  readonly prepared: ServiceUnderTest;
  /**
   * A page of a context of its own. What its console, its scripts and its content security policy complain about, and what it asks of
   * elsewhere, is added to `complaints`.
   */
  newPage(options?: BrowserContextOptions & { readonly isLoggedIn?: boolean }): Promise<Page>;
  readonly complaints: string[];
  stop(): Promise<void>;
}

export async function openPages(folder: string, marts: SmallMarts = MARTS): Promise<PagesInBrowser> {
  const prepared = await startServiceUnderTest(folder, marts);
  await promoteSmallModel(prepared.registry, { name: 'measured', seed: 2, figures: MODEL_FIGURES });
  await writeMonitoring(prepared.file, '2026-11-02', [
    {
      tenantId: 'acme',
      model: ['measured', 'v1'],
      drift: { plan: [0.02, 0.31, false], open_tickets: [0.45, 0.21, true] },
      ratio: [1.41, 1.18, 1.69, true],
    },
  ]);
  const service = await startService(serviceOptions(prepared));
  await service.refresh();
  const browser = await openBrowser();
  const complaints: string[] = [];
  return {
    url: service.url,
    browser,
    prepared,
    complaints,
    async newPage({ isLoggedIn = false, ...options } = {}) {
      const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, ...options });
      if (isLoggedIn) {
        const session = await prepared.token({ tenants: '*' });
        await context.addCookies([{ name: 'churn_session', value: session, url: service.url }]);
      }
      const page = await context.newPage();
      page.on('console', (message) => complaints.push(`${page.url()}: ${message.text()}`));
      page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
      page.on('request', (request) => {
        if (!request.url().startsWith(service.url) && !request.url().startsWith('data:'))
          complaints.push(`${page.url()} asked ${request.url()}`);
      });
      return page;
    },
    async stop() {
      await browser.close();
      await service.stop();
      await prepared.stop();
    },
  };
}
