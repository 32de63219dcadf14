import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { pageRoutes } from '../pages/page-routes.tsx';
import '../http/context-variables.ts';
import type { Authenticator } from '../access/authenticator.ts';
import type { LiveChampions } from '../champions/live-champions.ts';
import { createGate } from '../http/admission/guard.ts';
import { rateLimit } from '../http/admission/rate-limit.ts';
import { allowedMethods } from '../http/allowed-methods.ts';
import { createAnswerer } from '../http/answer.ts';
import { inferenceOperations } from '../http/inference/inference-operations.ts';
import { openApiDocument } from '../http/openapi-document.ts';
import { register } from '../http/operation.ts';
import { createProbes } from '../http/probes.ts';
import { answerProblem, Problem } from '../http/problem.ts';
import { bodyTooLarge, methodNotAllowed, NO_SUCH_ROUTE, SERVICE_FAILED } from '../http/problems.ts';
import { securityHeaders } from '../http/security-headers.ts';
import { observeRequests } from '../http/telemetry/observe-requests.ts';
import type { RequestTraces } from '../http/telemetry/request-traces.ts';
import type { ServiceLog } from '../http/telemetry/service-log.ts';
import type { ServiceMetrics } from '../http/telemetry/service-metrics.ts';
import { tenantOperations } from '../http/tenants/tenant-operations.ts';
import { whatIfOperation } from '../http/what-if/what-if-operation.ts';
import type { ScoresGateway } from '../read-model/scores-gateway.ts';

export interface ServiceParts {
  readonly scores: ScoresGateway;
  readonly champions: LiveChampions;
  readonly authenticate: Authenticator;
  readonly metrics: ServiceMetrics;
  /** Null where nobody collects traces. */
  readonly traces: RequestTraces | null;
  readonly log: ServiceLog;
  readonly clock: () => Date;
  /** Of the program. */
  readonly version: string;
  /** Per token subject; null for no limit. */
  readonly requestsPerMinute: number | null;
}

const BODY_LIMIT_BYTES = 1024 * 1024;

/**
 * The read-only HTTP service over the current scores. It answers from memory and never asks the warehouse.
 *
 * @example (await createService(parts).app.request('/healthz')).status // 200
 */
export function createService(parts: ServiceParts) {
  const { scores, champions, authenticate, metrics, traces, log, clock, version, requestsPerMinute } = parts;
  const limit = rateLimit(requestsPerMinute);
  const gate = createGate({ scores, authenticate, limit, clock });
  const answer = createAnswerer();
  const probes = createProbes(scores, clock);

  const app = new OpenAPIHono();
  app.use(observeRequests({ metrics, traces, log }));
  app.use(securityHeaders);
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
  const operations = [
    ...tenantOperations({ gate, answer }),
    whatIfOperation(gate, champions),
    ...inferenceOperations({ gate, scores, champions, probes, version }),
    ...probes.operations,
  ];
  for (const operation of operations) register(app, operation);
  app.get('/metrics', async (c) => {
    c.set('route', '/metrics');
    return c.text(await metrics.prometheus(), 200, {
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
    });
  });
  const document = openApiDocument(app, version);
  app.get('/openapi.json', (c) => {
    c.set('route', '/openapi.json');
    return c.json(document);
  });
  app.route('/', pageRoutes({ gate, scores, answer, clock, document }));

  const methodsOf = allowedMethods(app);
  app.notFound((c) => {
    const allowed = methodsOf(c.req.path);
    return answerProblem(c, allowed.length === 0 ? NO_SUCH_ROUTE : methodNotAllowed(allowed));
  });
  app.onError((error, c) => {
    if (error instanceof Problem) return answerProblem(c, error.details);
    if (error instanceof HTTPException) return error.getResponse();
    log.error({ request_id: c.get('requestId'), error: error.stack ?? error.message }, 'request failed');
    return answerProblem(c, SERVICE_FAILED);
  });
  return { app, startStopping: () => probes.startStopping() };
}
