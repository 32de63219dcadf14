import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOidcLogin } from '../../../serving/access/oidc-login.ts';
import { createSessions } from '../../../serving/access/sessions.ts';
import { CLIENT, type IdentityProvider, startIdentityProvider } from '../access/identity-provider.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../http/service-under-test.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const PUBLIC_URL = 'http://localhost:8080';
const folder = temporaryFolder();
let provider: IdentityProvider;
let service: ServiceUnderTest;

beforeAll(async () => {
  provider = await startIdentityProvider(PUBLIC_URL);
  service = await startServiceUnderTest(await folder.path(), undefined, {}, (clock) => {
    const secret = 'a secret that is long enough for sessions';
    const sessions = createSessions({ secret, clock });
    const oidc = createOidcLogin({
      provider: { issuer: provider.issuer, scope: 'profile', ...CLIENT },
      rules: { claim: 'groups', opens: { 'cs-acme': ['acme' as never] }, owner: 'name' },
      sessions,
      publicUrl: new URL(PUBLIC_URL),
      secret,
      clock,
    });
    return { sessions, oidc };
  });
  service.now = new Date();
});
afterAll(async () => {
  await service?.stop();
  await provider?.stop();
});

/** What a browser does: follows redirects to the service and to the provider, and keeps the cookies of each. */
class Visitor {
  readonly #cookies = new Map<string, Map<string, string>>();

  async visit(url: string, form?: Record<string, string>): Promise<{ url: string; response: Response }> {
    let [at, body] = [new URL(url), form];
    for (let hop = 0; hop < 20; hop++) {
      const init: RequestInit = {
        method: body === undefined ? 'GET' : 'POST',
        redirect: 'manual',
        headers: { cookie: this.cookies(at.host), host: at.host },
        ...(body === undefined ? {} : { body: new URLSearchParams(body) }),
      };
      const response =
        at.origin === PUBLIC_URL ? await service.app.request(at.href, init) : await fetch(at, init);
      this.#keep(at.host, response.headers.getSetCookie());
      const location = response.headers.get('location');
      if (location === null) return { url: at.href, response };
      [at, body] = [new URL(location, at), undefined];
    }
    throw new Error('redirected for ever');
  }

  /** The whole log-in, from a page that was asked for to the answer after it. */
  async logIn(name: string, path = '/tenants/acme?sort=change') {
    const asked = await (await this.visit(PUBLIC_URL + path)).response.text();
    const link = /class="button" href="([^"]*)"/.exec(asked)![1]!.replaceAll('&amp;', '&');
    let { url, response } = await this.visit(PUBLIC_URL + link);
    for (const form of [{ prompt: 'login', login: name, password: 'any' }, { prompt: 'consent' }]) {
      expect(response.status).toBe(200);
      ({ url, response } = await this.visit(url, form));
    }
    return { url, response };
  }

  cookies(host: string): string {
    return [...(this.#cookies.get(host) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  #keep(host: string, lines: readonly string[]): void {
    const jar = this.#cookies.get(host) ?? new Map<string, string>();
    this.#cookies.set(host, jar);
    for (const line of lines) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (value === '' || /max-age=0|expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(name!);
      else jar.set(name!, value!);
    }
  }
}

describe('logging in at an identity provider', () => {
  it('lands on the page that was asked for, with the accounts of whoever logged in at hand', async () => {
    const ana = new Visitor();
    const { url, response } = await ana.logIn('ana');
    expect([url, response.status]).toEqual([`${PUBLIC_URL}/tenants/acme?sort=change`, 200]);
    expect(await response.text()).toMatch(/href="[^"]*owner=ana"[^>]*><strong>My accounts/);
    expect(ana.cookies('localhost:8080')).toMatch(/^churn_session=[\w.-]+$/);
    expect((await ana.visit(`${PUBLIC_URL}/tenants/globex`)).response.status).toBe(404);
  });

  it('gives a session that is no token for the API, and ends by itself', async () => {
    const ana = new Visitor();
    await ana.logIn('ana');
    const session = /churn_session=([^;]+)/.exec(ana.cookies('localhost:8080'))![1]!;
    expect((await service.get('/v1/tenants/acme/scores', session)).status).toBe(401);
    const then = service.now;
    service.now = new Date(then.getTime() + 10 * 3600_000 + 1000);
    expect((await ana.visit(`${PUBLIC_URL}/tenants/acme`)).response.status).toBe(401);
    service.now = then;
  });

  it('tells whoever no rule names what to ask for', async () => {
    const { response } = await new Visitor().logIn('boris');
    expect(response.status).toBe(403);
    expect(await response.text()).toMatch(/No tenant is open to you.*“groups”/);
  });

  it('takes no answer that it did not ask for in this browser', async () => {
    const [ana, mallory] = [new Visitor(), new Visitor()];
    const begun = await service.app.request(`${PUBLIC_URL}/session/begin?return_to=/`);
    const state = new URL(begun.headers.get('location')!).searchParams.get('state')!;
    // A link with somebody else's answer, the log-in of another tab with a wrong code, and no answer at all.
    for (const query of [`code=abc&state=${state}`, 'code=abc', '', 'error=access_denied&state=x']) {
      const { response } = await mallory.visit(`${PUBLIC_URL}/session/callback?${query}`);
      expect(response.status).toBe(401);
      expect(mallory.cookies('localhost:8080')).toBe('');
    }
    await ana.logIn('ana');
    const cookie = begun.headers.getSetCookie()[0]!.split(';')[0]!;
    for (const query of [`code=abc&state=${state}`, `error=access_denied&state=${state}`]) {
      const url = `${PUBLIC_URL}/session/callback?${query}&iss=${encodeURIComponent(provider.issuer.origin)}`;
      const response = await service.app.request(url, { headers: { cookie } });
      expect(response.status).toBe(401);
      expect(await response.text()).toMatch(/not log you in \(access_denied\)|could not be verified/);
      expect(response.headers.getSetCookie().join()).not.toContain('churn_session');
    }
  });

  it('never goes on to another site', async () => {
    const begun = await service.app.request(`${PUBLIC_URL}/session/begin?return_to=//evil.example`);
    expect(begun.headers.get('location')).not.toContain('evil.example');
    const { url } = await new Visitor().logIn('ana', '/tenants/acme');
    expect(url).toBe(`${PUBLIC_URL}/tenants/acme`);
  });
});

it('says so when the provider is out of reach, and logs in again when it is back', async () => {
  let isUp = false;
  const down = await startIdentityProvider(PUBLIC_URL);
  const sessions = createSessions({
    secret: 'a secret that is long enough for sessions',
    clock: () => new Date(),
  });
  const issuer = { ...CLIENT, scope: 'profile' };
  const login = createOidcLogin({
    provider: {
      ...issuer,
      get issuer() {
        return isUp ? down.issuer : new URL('http://127.0.0.1:9');
      },
    },
    rules: { claim: 'groups', opens: {} },
    sessions,
    publicUrl: new URL(PUBLIC_URL),
    secret: 'x',
    clock: () => new Date(),
  });
  await expect(login.begin('/')).rejects.toThrow(/cannot be reached/);
  isUp = true;
  expect((await login.begin('/')).url.origin).toBe(down.issuer.origin);
  await down.stop();
});
