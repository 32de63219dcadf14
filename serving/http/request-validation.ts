import type { OpenAPIHonoOptions } from '@hono/zod-openapi';
import type { Env } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { z } from 'zod';
import type { Problem } from './problem.ts';
import { invalid, unsupportedMediaType } from './problems.ts';

const LONGEST_ERRORS = 20;
/** How many bytes of a body are JSON, where binary tensors follow. */
export const JSON_BYTES_HEADER = 'inference-header-content-length';

/** Answers what a route's schemas refuse. Bodies are read elsewhere. @throws Problem 400 naming each parameter */
export const refuseInvalid: NonNullable<OpenAPIHonoOptions<Env>['defaultHook']> = (result) => {
  if (result.success) return;
  throw invalidQuery(result.error);
};

/** @throws Problem 415 for a body that does not say that it is JSON */
export const requireJson = createMiddleware<Env>(async (c, next) => {
  if (!isJson(c.req.header('content-type'))) throw unsupportedMediaType();
  await next();
});

/**
 * The same for clients of the Open Inference Protocol, some of which name no type, or name that of the bytes behind the
 * JSON.
 */
export const requireInferenceBody = createMiddleware<Env>(async (c, next) => {
  const type = c.req.header('content-type');
  const isBinary = c.req.header(JSON_BYTES_HEADER) !== undefined && type === 'application/octet-stream';
  if (type !== undefined && !isJson(type) && !isBinary) throw unsupportedMediaType();
  await next();
});

function isJson(type: string | undefined): boolean {
  return /^application\/json\s*(;|$)/i.test(type ?? '');
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
