import { createRoute, type OpenAPIHono, type RouteConfig } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { z } from 'zod';
import { problemSchema } from './api-schemas.ts';
import type { ProblemStatus } from './problem.ts';
import { invalid, unsupportedMediaType } from './problems.ts';

const LONGEST_ERRORS = 20;

/** One operation of the API: what the OpenAPI document says of it beside what answers it. */
export interface Operation {
  readonly route: RouteConfig;
  readonly handle: (c: Context) => Response | Promise<Response>;
}

/** Adds an operation to the service and to its OpenAPI document. */
export function register(app: OpenAPIHono, { route, handle }: Operation): void {
  app.openAPIRegistry.registerPath(route);
  app.on(route.method.toUpperCase(), createRoute(route).getRoutingPath(), (c) => {
    c.set('route', route.path);
    return handle(c);
  });
}

const TITLES: Readonly<Record<ProblemStatus, string>> = {
  400: 'The query or body is not valid; `errors` says where',
  401: 'A valid bearer token is needed',
  403: 'The token lacks the scope',
  404: 'Not there, or not for this token to see',
  405: 'Another method is allowed here',
  410: 'The page is no longer held; start again without a cursor',
  413: 'The body is too large',
  415: 'The body is not JSON',
  429: 'Too many requests; `retry-after` says when to come back',
  500: 'A defect of the service',
  503: 'Not ready; `retry-after` says when to come back',
};

/** The problem documents that an operation may answer. */
export function problems(...statuses: readonly ProblemStatus[]) {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      { description: TITLES[status], content: { 'application/problem+json': { schema: problemSchema } } },
    ]),
  );
}

/** The query of a request: one text a parameter, or all of them where it was given several times. */
export function queryOf(c: Context): Record<string, string | readonly string[]> {
  return Object.fromEntries(
    Object.entries(c.req.queries()).map(([name, values]) => [
      name,
      values.length === 1 ? values[0]! : values,
    ]),
  );
}

/** A query as its schema reads it. @throws Problem 400 naming each parameter */
export function parseQuery<Schema extends z.ZodType>(
  given: Readonly<Record<string, unknown>>,
  schema: Schema,
): z.infer<Schema> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw invalid(
    'query',
    parsed.error.issues.slice(0, LONGEST_ERRORS).map((issue) => ({
      parameter:
        issue.code === 'unrecognized_keys'
          ? issue.keys.slice(0, LONGEST_ERRORS).join(', ')
          : String(issue.path[0] ?? ''),
      detail: issue.message,
    })),
  );
}

/** The JSON body as its schema reads it. @throws Problem 400 or 415 */
export async function parseBody<Schema extends z.ZodType>(
  c: Context,
  schema: Schema,
): Promise<z.infer<Schema>> {
  if (!/^application\/json\s*(;|$)/i.test(c.req.header('content-type') ?? '')) throw unsupportedMediaType();
  const text = await c.req.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw invalid('body', [
      { parameter: '', detail: `is not JSON: ${(error as Error).message.slice(0, 200)}` },
    ]);
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw invalid('body', parsed.error.issues.slice(0, LONGEST_ERRORS).map(described));
}

/** Where in the body, as a program would write it, and what. */
function described(issue: z.core.$ZodIssue): { parameter: string; detail: string } {
  const path = issue.path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, LONGEST_ERRORS).join(', ') : '';
  return { parameter: [path, unknown].filter((part) => part !== '').join(': '), detail: issue.message };
}
