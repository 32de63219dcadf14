import type { OpenAPIHonoOptions } from '@hono/zod-openapi';
import type { Context, Env } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { z } from 'zod';
import type { Problem } from './problem.ts';
import { invalid, unsupportedMediaType } from './problems.ts';

const LONGEST_ERRORS = 20;

/** Answers what a route's schemas refuse. @throws Problem 400 naming each parameter or field */
export const refuseInvalid: NonNullable<OpenAPIHonoOptions<Env>['defaultHook']> = (result) => {
  if (result.success) return;
  throw result.target === 'json' ? invalidBody(result.error) : invalidQuery(result.error);
};

/** Before a body is validated. @throws Problem 415 for a body that does not say that it is JSON */
export const requireJson = createMiddleware<Env>(async (c, next) => {
  const { headers } = c.req.raw;
  if (!/^application\/json\s*(;|$)/i.test(headers.get('content-type') ?? '')) throw unsupportedMediaType();
  // The validator knows fewer ways to write a parameter than RFC 9110 allows, and none of them matters.
  headers.set('content-type', 'application/json');
  await next();
});

/** The same for clients of the Open Inference Protocol, some of which name no type. */
export const requireJsonOrNothing = createMiddleware<Env>(async (c, next) => {
  const { headers } = c.req.raw;
  if (!headers.has('content-type')) headers.set('content-type', 'application/json');
  return requireJson(c, next);
});

/** Why the body of a request is not JSON: the validator says only that it is not. */
export async function malformedJson(c: Context): Promise<Problem> {
  const text = await c.req.text();
  try {
    JSON.parse(text);
    throw new TypeError('the body is JSON');
  } catch (error) {
    return invalid('body', [
      { parameter: '', detail: `is not JSON: ${(error as Error).message.slice(0, 200)}` },
    ]);
  }
}

/** A query as its schema reads it. @throws Problem 400 naming each parameter */
export function parseQuery<Schema extends z.ZodType>(
  given: Readonly<Record<string, unknown>>,
  schema: Schema,
): z.infer<Schema> {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw invalidQuery(parsed.error);
}

function invalidQuery({ issues }: z.core.$ZodError): Problem {
  return invalid(
    'query',
    issues.slice(0, LONGEST_ERRORS).map((issue) => ({
      parameter:
        issue.code === 'unrecognized_keys'
          ? issue.keys.slice(0, LONGEST_ERRORS).join(', ')
          : String(issue.path[0] ?? ''),
      detail: issue.message,
    })),
  );
}

function invalidBody({ issues }: z.core.$ZodError): Problem {
  return invalid(
    'body',
    issues.slice(0, LONGEST_ERRORS).map((issue) => {
      // Where in the body, as a program would write it.
      const path = issue.path
        .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
        .join('')
        .replace(/^\./, '');
      const unknown =
        issue.code === 'unrecognized_keys' ? issue.keys.slice(0, LONGEST_ERRORS).join(', ') : '';
      return { parameter: [path, unknown].filter((part) => part !== '').join(': '), detail: issue.message };
    }),
  );
}
