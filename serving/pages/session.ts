import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { isLoopback } from '../access/loopback.ts';

const COOKIE = 'churn_session';

/** The token of the session. Only pages read it: the API takes the header alone, which no other site can make a browser send. */
export function sessionToken(c: Context): string | undefined {
  return getCookie(c, COOKIE);
}

/**
 * No script reads the cookie, and beyond this machine it travels over TLS only. Another site's link brings it along, so
 * that a shared link opens; another site's form, frame or script does not.
 */
export function beginSession(c: Context, token: string): void {
  setCookie(c, COOKIE, token, { httpOnly: true, sameSite: 'Lax', path: '/', secure: !isLocal(c) });
}

export function endSession(c: Context): void {
  deleteCookie(c, COOKIE, { path: '/', secure: !isLocal(c) });
}

/** Whether a form was sent from another site's page. Browsers say so in one header or the other; other programs in none. */
export function isForeignForm(c: Context): boolean {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const origin = c.req.header('origin');
  return origin !== undefined && hostOf(origin) !== (c.req.header('host') ?? new URL(c.req.url).host);
}

/** A path of this service to go on to after logging in; the start page for anything that leads elsewhere. */
export function pathToReturnTo(asked: unknown): string {
  if (typeof asked !== 'string' || !asked.startsWith('/')) return '/';
  const base = 'http://here.invalid';
  const url = URL.canParse(asked, base) ? new URL(asked, base) : null;
  if (url === null || url.origin !== base || url.pathname.startsWith('//')) return '/';
  return url.pathname + url.search;
}

/** A page without an origin of its own sends `null`. */
function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}

/** Whether the browser and the service are on one machine, where there need be no TLS. */
export function isLocal(c: Context): boolean {
  const { hostname } = new URL(c.req.url);
  return isLoopback(hostname) && c.req.header('x-forwarded-proto') !== 'https';
}
