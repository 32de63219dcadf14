import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunningService, startService } from '../../serving/service/start-service.ts';
import { CLIENT, type IdentityProvider, startIdentityProvider } from '../serving/access/identity-provider.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../serving/http/service-under-test.ts';
import { openBrowser } from './open-browser.ts';
import { serviceOptions } from './service-options.ts';

let folder: string;
let prepared: ServiceUnderTest;
let service: RunningService;
let provider: IdentityProvider;
let browser: Browser;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'churn-shared-link-'));
  const port = await freePort();
  const publicUrl = new URL(`http://127.0.0.1:${port}`);
  provider = await startIdentityProvider(publicUrl.origin);
  const accessRulesFile = join(folder, 'access.yaml');
  await writeFile(accessRulesFile, 'claim: groups\nopens:\n  cs-acme: [acme]\nowner: name\n');
  prepared = await startServiceUnderTest(folder);
  prepared.now = new Date();
  service = await startService({
    ...serviceOptions(prepared),
    port,
    oidc: {
      issuer: provider.issuer,
      scope: 'profile',
      publicUrl,
      accessRulesFile,
      sessionSecret: undefined,
      ...CLIENT,
    },
  });
  await service.refresh();
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
  await prepared?.stop();
  await provider?.stop();
  await rm(folder, { recursive: true, force: true });
});

it('a link to an account, shared from another site, opens after logging in, and again without', async () => {
  const ana = await browser.newContext();
  const page = await ana.newPage();
  await page.goto(service.url);
  await logIn(page, 'ana');
  await page.waitForURL('**/tenants/acme');
  await page.getByRole('link', { name: 'My accounts' }).click();
  expect(new Set(await page.locator('tbody td:last-child').allTextContents())).toEqual(new Set(['ana']));
  await page.locator('td.account a').first().click();
  const shared = page.url();
  const heading = await page.locator('h1').textContent();

  // Whoever is logged in and clicks the link in a mail stays logged in: another site's page brings the session along.
  await page.goto(mailWith(shared));
  await page.getByRole('link', { name: 'Look at this account' }).click();
  await page.waitForURL(shared);
  expect(await page.locator('h1').textContent()).toBe(heading);

  const colleague = await browser.newContext();
  const fresh = await colleague.newPage();
  await fresh.goto(mailWith(shared));
  await fresh.getByRole('link', { name: 'Look at this account' }).click();
  await logIn(fresh, 'ana');
  await fresh.waitForURL(shared);
  expect(await fresh.locator('h1').textContent()).toBe(heading);

  await fresh.getByRole('button', { name: 'Log out' }).click();
  expect(await fresh.getByRole('link', { name: /company account/ }).isVisible()).toBe(true);
  await page.reload();
  expect(await page.locator('h1').textContent()).toBe(heading);
});

async function logIn(page: Page, name: string): Promise<void> {
  await page.getByRole('link', { name: 'Log in with your company account' }).click();
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
  await page.locator('input[name=prompt][value=consent]').waitFor({ state: 'attached' });
  await page.locator('button[type=submit]').click();
}

/** A page of another site. */
function mailWith(link: string): string {
  return `data:text/html,${encodeURIComponent(`<a href="${link}">Look at this account</a>`)}`;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
