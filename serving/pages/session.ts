import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { isLoopback } from '../access/loopback.ts';

const COOKIE = 'churn_session';

/** The token of the session. Only pages read it: the API takes the header alone, which no other site can make a browser send. */
export function sessionToken(c: Context): string | undefined {
  return getCookie(c, COOKIE);
}

/** No script reads the cookie, no other site has it sent, and beyond this machine it travels over TLS only. */
export function beginSession(c: Context, token: string): void {
  setCookie(c, COOKIE, token, { httpOnly: true, sameSite: 'Strict', path: '/', secure: !isLocal(c) });
}

export function endSession(c: Context): void {
  deleteCookie(c, COOKIE, { path: '/', secure: !isLocal(c) });
}

/** Whether a form was sent from another site's page. */
export function isForeignForm(c: Context): boolean {
  const site = c.req.header('sec-fetch-site');
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

function isLocal(c: Context): boolean {
  const { hostname } = new URL(c.req.url);
  return isLoopback(hostname) && c.req.header('x-forwarded-proto') !== 'https';
}
