import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';

export type ProblemStatus = 400 | 401 | 403 | 404 | 405 | 410 | 413 | 415 | 429 | 500 | 503;

export interface ProblemDetails {
  readonly status: ProblemStatus;
  /** Last part of the problem's URN: what happened, for programs. */
  readonly kind: string;
  readonly title: string;
  readonly detail: string;
  readonly errors?: readonly { readonly parameter: string; readonly detail: string }[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** An RFC 9457 problem document, thrown where it is noticed and answered by the service's error handler. */
export class Problem extends HTTPException {
  readonly details: ProblemDetails;

  constructor(details: ProblemDetails) {
    super(details.status, { message: details.title });
    this.details = details;
  }
}

/** The document itself; `instance` is the request's path. Clients of the Open Inference Protocol look for `error` alone. */
export function problemDocument(
  { status, kind, title, detail, errors }: Omit<ProblemDetails, 'status'> & { readonly status: number },
  instance: string,
): string {
  const places = (errors ?? []).map((one) => `${one.parameter} ${one.detail}`);
  const error = instance.startsWith('/v2/') ? [`${title}: ${detail}`, ...places].join(' ') : undefined;
  return JSON.stringify({
    type: `urn:churn:problem:${kind}`,
    title,
    status,
    detail,
    instance,
    errors,
    error,
  });
}

export function answerProblem(c: Context, details: ProblemDetails): Response {
  c.header('content-type', 'application/problem+json');
  c.header('cache-control', 'no-store');
  for (const [name, value] of Object.entries(details.headers ?? {})) c.header(name, value);
  return c.body(problemDocument(details, c.req.path), details.status);
}
