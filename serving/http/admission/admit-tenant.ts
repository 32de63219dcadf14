import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { Scope } from '../../access/principal.ts';
import type { Admitted, Guard } from './guard.ts';

/** What the handler of an admitted request finds in its context. */
export interface AdmittedEnv {
  readonly Variables: { readonly admitted: Admitted };
}

/**
 * Puts the guard in front of a route of one tenant: its handler runs for admitted requests only, and finds that tenant
 * and nothing wider.
 *
 * @param tokenOf Where the token of a request is: a header for programs, a cookie for pages
 */
export function admitTenant(guard: Guard, scope: Scope, tokenOf: (c: Context) => string | undefined) {
  return createMiddleware<AdmittedEnv, '/:tenant_id'>(async (c, next) => {
    const principal = await guard.principal(tokenOf(c), scope);
    c.set('admitted', await guard.admit(c, principal, c.req.param('tenant_id')));
    await next();
  });
}
