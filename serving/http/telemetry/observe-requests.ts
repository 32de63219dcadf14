import { randomUUID } from 'node:crypto';
import type { Context, MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { type RequestTraces, traceIdOf } from './request-traces.ts';
import type { ServiceLog } from './service-log.ts';
import type { ServiceMetrics } from './service-metrics.ts';

export interface ObserverParts {
  readonly metrics: ServiceMetrics;
  readonly traces: RequestTraces | null;
  readonly log: ServiceLog;
}

const REQUEST_ID = /^[\w.:-]{1,64}$/;
const KNOWN_METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/**
 * Measures, traces and logs each request. What is kept of it is its route's pattern, status and time: paths and
 * queries hold account ids and names of owners.
 */
export function observeRequests({ metrics, traces, log }: ObserverParts): MiddlewareHandler {
  return async (c, next) => {
    const started = performance.now();
    const given = c.req.header('x-request-id');
    const requestId = given !== undefined && REQUEST_ID.test(given) ? given : randomUUID();
    c.set('requestId', requestId);
    c.header('x-request-id', requestId);
    const span = traces?.start((name) => c.req.header(name));
    await next();
    const { method } = c.req;
    const request = {
      // Made-up methods would each open a time series of their own.
      method: KNOWN_METHODS.has(method) ? method : '_OTHER',
      route: routePattern(c),
      status: c.res.status,
      seconds: (performance.now() - started) / 1000,
    };
    metrics.requestEnded(request);
    if (span !== undefined) traces!.end(span, request);
    const fields = {
      request_id: requestId,
      trace_id: traceIdOf(span),
      method: request.method,
      route: request.route,
      status: request.status,
      duration_ms: Math.round(request.seconds * 1e5) / 100,
    };
    if (request.status >= 500) log.warn(fields, 'request');
    else log.info(fields, 'request');
  };
}

/** By path as the router has it. There are as many as routes, so they are converted once. */
const patterns = new Map<string, string | null>();

/** The pattern of the route that answered, as the OpenAPI document writes it; null for a path that is no route. */
function routePattern(c: Context): string | null {
  const path = routePath(c, -1);
  let pattern = patterns.get(path);
  if (pattern === undefined) {
    pattern = path.endsWith('*') ? null : path.replace(/:(\w+)/g, '{$1}');
    patterns.set(path, pattern);
  }
  return pattern;
}
