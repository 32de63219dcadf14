/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { CALLBACK_PATH, LoginFailed, type OidcLogin } from '../access/oidc-login.ts';
import type { Guard } from '../http/admission/guard.ts';
import { Problem } from '../http/problem.ts';
import { answerPage } from './answer-page.ts';
import { LoginPage } from './login-page.tsx';
import { readForm } from './read-form.ts';
import { beginSession, endSession, isForeignForm, isLocal, pathToReturnTo } from './session.ts';

export interface LoginParts {
  readonly guard: Guard;
  /** Null where people log in with tokens only. */
  readonly oidc: OidcLogin | null;
}

/** Logging in, by token or at an identity provider, and logging out. */
export function loginRoutes({ guard, oidc }: LoginParts): Hono {
  const routes = new Hono();
  const hasProvider = oidc !== null;

  routes.post('/session', async (c) => {
    if (isForeignForm(c))
      return answerPage(c, <LoginPage refusal="Log in from this page." hasProvider={hasProvider} />, 400);
    const form = await readForm(c);
    if (form === null)
      return answerPage(
        c,
        <LoginPage refusal="The form did not arrive whole. Send it again." hasProvider={hasProvider} />,
        400,
      );
    const { token, return_to } = form;
    const given = typeof token === 'string' ? token.trim() : '';
    const returnTo = pathToReturnTo(return_to);
    try {
      await guard.principal(given, 'scores:read');
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const { status, detail } = error.details;
      return answerPage(
        c,
        <LoginPage refusal={detail} returnTo={returnTo} hasProvider={hasProvider} />,
        status,
      );
    }
    beginSession(c, given);
    return c.redirect(returnTo, 303);
  });

  routes.post('/session/end', (c) => {
    if (!isForeignForm(c)) endSession(c);
    return c.redirect('/', 303);
  });

  if (oidc === null) return routes;

  routes.get('/session/begin', async (c) => {
    const returnTo = pathToReturnTo(c.req.query('return_to'));
    try {
      const { url, pending } = await oidc.begin(returnTo);
      setCookie(c, pending.name, pending.value, { ...loginCookie(c), maxAge: pending.seconds });
      return c.redirect(url.href, 303);
    } catch (error) {
      return loginFailed(c, error, returnTo);
    }
  });

  routes.get(CALLBACK_PATH, async (c) => {
    const answer = new URL(c.req.url);
    const name = oidc.cookieOf(answer);
    const pending = getCookie(c, name);
    if (pending !== undefined) deleteCookie(c, name, loginCookie(c));
    try {
      const { session, returnTo } = await oidc.finish(answer, pending);
      beginSession(c, session);
      return c.redirect(pathToReturnTo(returnTo), 303);
    } catch (error) {
      return loginFailed(c, error);
    }
  });

  return routes;
}

/** Lax, because the browser comes back from the provider's site. */
function loginCookie(c: Context) {
  return { httpOnly: true, sameSite: 'Lax', path: '/session', secure: !isLocal(c) } as const;
}

function loginFailed(c: Context, error: unknown, returnTo?: string): Response {
  if (!(error instanceof LoginFailed)) throw error;
  return answerPage(c, <LoginPage refusal={error.message} returnTo={returnTo} hasProvider />, error.status);
}
