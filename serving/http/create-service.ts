import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { tenantIdSchema } from '../../features/contract/tenant-id.ts';
import { type Authenticator, mayRead, type Principal, requireToken } from './authenticate.ts';
import { Problem, problemResponse, scoresNotLoaded, tenantNotFound } from './problem.ts';
import type { ScoresGateway } from './scores-gateway.ts';
import { type TenantRouteEnv, tenantRoutes } from './tenant-routes.ts';

export interface ServiceParts {
  readonly scores: ScoresGateway;
  readonly auth: Authenticator;
  readonly clock: () => Date;
  /** Told of defects only; what a client did wrong is the client's to read. */
  readonly log: (line: string) => void;
}

/**
 * The read-only HTTP service over the current scores. It answers from memory and never asks the warehouse.
 *
 * @example (await createService(parts).request('/healthz')).status // 200
 */
export function createService({ scores, auth, clock, log }: ServiceParts) {
  const app = new Hono();

  app.get('/healthz', (c) => c.json({ status: 'alive' }));

  app.get('/readyz', (c) => {
    const confirmedAt = scores.confirmedAt();
    if (confirmedAt === null) throw scoresNotLoaded();
    return c.json({ status: 'ready', scores_age_seconds: ageSeconds(confirmedAt, clock) });
  });

  const tenants = new Hono<{ Variables: { principal: Principal } & TenantRouteEnv['Variables'] }>();
  tenants.use(requireToken(auth));
  // The gate: everything behind it holds one tenant's scores, which the token may read, and nothing wider.
  tenants.use('/:tenant_id/*', async (c, next) => {
    const confirmedAt = scores.confirmedAt();
    if (confirmedAt === null) throw scoresNotLoaded();
    const tenantId = tenantIdSchema.safeParse(c.req.param('tenant_id'));
    if (!tenantId.success || !mayRead(c.get('principal'), tenantId.data)) throw tenantNotFound();
    const tenantScores = scores.forTenant(tenantId.data);
    if (tenantScores === null) throw tenantNotFound();
    c.set('tenantScores', tenantScores);
    await next();
    c.header('cache-control', 'private, no-cache');
    c.header('scores-age-seconds', String(ageSeconds(confirmedAt, clock)));
  });
  tenants.route('/:tenant_id', tenantRoutes());
  app.route('/v1/tenants', tenants);

  app.notFound((c) =>
    problemResponse(
      { status: 404, kind: 'not-found', title: 'Nothing is here', detail: 'The service has no such route.' },
      c.req.path,
    ),
  );
  app.onError((error, c) => {
    if (error instanceof Problem) return problemResponse(error.details, c.req.path);
    if (error instanceof HTTPException) return error.getResponse();
    log(`${c.req.method} ${c.req.path} failed: ${error.stack ?? error.message}`);
    return problemResponse(
      {
        status: 500,
        kind: 'internal',
        title: 'The service failed',
        detail: 'The failure is in the service log; nothing that you sent caused it.',
      },
      c.req.path,
    );
  });
  return app;
}

function ageSeconds(since: Date, clock: () => Date): number {
  return Math.max(0, Math.round((clock().getTime() - since.getTime()) / 1000));
}
