import type { HttpBindings } from '@hono/node-server';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Authenticator } from '../access/authenticator.ts';
import type { OidcLogin } from '../access/oidc-login.ts';
import type { Sessions } from '../access/sessions.ts';
import type { LiveChampions } from '../champions/live-champions.ts';
import '../http/context-variables.ts';
import { createGuard } from '../http/admission/guard.ts';
import { rateLimit, TENANT_SHARE } from '../http/admission/rate-limit.ts';
import { rowLimit } from '../http/admission/row-limit.ts';
import { allowedMethods } from '../http/allowed-methods.ts';
import { createAnswerer } from '../http/answer.ts';
import { asProblem } from '../http/as-problem.ts';
import { addInferenceRoutes } from '../http/inference/inference-routes.ts';
import { openApiDocument } from '../http/openapi-document.ts';
import { addProbeRoutes, createProbes } from '../http/probes.ts';
import { answerProblem } from '../http/problem.ts';
import {
  bodyTooLarge,
  MALFORMED_REQUEST,
  methodNotAllowed,
  NO_SUCH_PAGE,
  NO_SUCH_ROUTE,
  SERVICE_FAILED,
} from '../http/problems.ts';
import { refuseInvalid } from '../http/request-validation.ts';
import { securityHeaders } from '../http/security-headers.ts';
import { observeRequests } from '../http/telemetry/observe-requests.ts';
import type { RequestTraces } from '../http/telemetry/request-traces.ts';
import type { ServiceLog } from '../http/telemetry/service-log.ts';
import type { ServiceMetrics } from '../http/telemetry/service-metrics.ts';
import { addTenantRoutes } from '../http/tenants/tenant-routes.ts';
import { createWhatIfDesk } from '../http/what-if/what-if-desk.ts';
import { addWhatIfRoute } from '../http/what-if/what-if-route.ts';
import { pageRoutes } from '../pages/page-routes.tsx';
import { answerProblemPage } from '../pages/problem-page.tsx';
import { wantsPage } from '../pages/wants-page.ts';
import type { ScoresGateway } from '../read-model/scores-gateway.ts';
import type { WhatIfThreads } from '../what-if/what-if-threads.ts';

export interface ServiceParts {
  readonly scores: ScoresGateway;
  readonly champions: LiveChampions;
  readonly authenticate: Authenticator;
  /** How people log in at an identity provider; null where they have tokens only. */
  readonly people: { readonly sessions: Sessions; readonly oidc: OidcLogin } | null;
  readonly metrics: ServiceMetrics;
  /** Null where no collector is configured. */
  readonly traces: RequestTraces | null;
  readonly log: ServiceLog;
  readonly clock: () => Date;
  /** Of the program. */
  readonly version: string;
  /** Per token subject, and five times as many per tenant; null for no limit. */
  readonly requestsPerMinute: number | null;
  /** The same for rows that are scored. */
  readonly rowsPerMinute: number | null;
  readonly threads: WhatIfThreads;
}

const BODY_LIMIT_BYTES = 1024 * 1024;

/**
 * The read-only HTTP service over the current scores. It answers from memory and never asks the warehouse.
 *
 * @example (await createService(parts).app.request('/healthz')).status // 200
 */
export function createService(parts: ServiceParts) {
  const { scores, champions, authenticate, people, metrics, traces, log, clock, version } = parts;
  const { requestsPerMinute, rowsPerMinute, threads } = parts;
  const limits = {
    subject: rateLimit(requestsPerMinute),
    tenant: rateLimit(requestsPerMinute === null ? null : requestsPerMinute * TENANT_SHARE),
  };
  const guard = createGuard({ scores, authenticate, limits, clock });
  // Pages know sessions besides tokens. The API does not: its header takes tokens only.
  const pageGuard = createGuard({ scores, authenticate: orSession(authenticate, people), limits, clock });
  const answer = createAnswerer();
  const probes = createProbes(scores);
  const desk = createWhatIfDesk({ threads, rows: rowLimit({ rowsPerMinute, clock }) });

  const app = new OpenAPIHono({ defaultHook: refuseInvalid });
  app.use(observeRequests({ metrics, traces, log }));
  app.use(securityHeaders);
  app.use(probes.refuseWhileStopping);
  app.on(
    'POST',
    '*',
    bodyLimit({
      maxSize: BODY_LIMIT_BYTES,
      onError: () => {
        throw bodyTooLarge(BODY_LIMIT_BYTES);
      },
    }),
  );
  addTenantRoutes(app, { guard, answer });
  addWhatIfRoute(app, { guard, champions, desk });
  addInferenceRoutes(app, { guard, scores, champions, probes, version, desk });
  addProbeRoutes(app, { probes, scores, clock });
  app.get('/metrics', async (c) =>
    c.text(await metrics.prometheus(), 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }),
  );
  const document = openApiDocument(app, version);
  app.get('/openapi.json', (c) => c.json(document));
  app.route(
    '/',
    pageRoutes({ guard: pageGuard, scores, champions, answer, clock, document, oidc: people?.oidc ?? null }),
  );

  const methodsOf = allowedMethods(app);
  app.notFound((c) => {
    const allowed = methodsOf(c.req.path);
    const isPage = wantsPage(c);
    const problem = allowed.length > 0 ? methodNotAllowed(allowed) : isPage ? NO_SUCH_PAGE : NO_SUCH_ROUTE;
    return isPage ? answerProblemPage(c, problem) : answerProblem(c, problem);
  });
  app.onError((error, c) => {
    const problem = asProblem(error);
    if (problem !== null) return answerProblem(c, problem.details);
    if (isCutOff(c)) return answerProblem(c, MALFORMED_REQUEST);
    log.error({ request_id: c.get('requestId'), error: error.stack ?? error.message }, 'request failed');
    return answerProblem(c, SERVICE_FAILED);
  });
  return { app, startStopping: () => probes.startStopping() };
}

/** Whether the client went away, or broke the protocol, before its body had come: what fails then is no defect. */
function isCutOff(c: Context): boolean {
  const { incoming } = (c.env ?? {}) as Partial<HttpBindings>;
  return incoming?.destroyed === true && !incoming.complete;
}

function orSession(authenticate: Authenticator, people: ServiceParts['people']): Authenticator {
  if (people === null) return authenticate;
  return async (token) => (await people.sessions.authenticate(token)) ?? authenticate(token);
}
