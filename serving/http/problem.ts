import { HTTPException } from 'hono/http-exception';

type ProblemStatus = 400 | 401 | 404 | 406 | 410 | 500 | 503;

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

/** @param path The request's path, the problem's `instance`. */
export function problemResponse(
  { status, kind, title, detail, errors, headers }: ProblemDetails,
  path: string,
): Response {
  const body = { type: `urn:churn:problem:${kind}`, title, status, detail, instance: path, errors };
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
  });
}

/** The one answer to a tenant that is not there and to a tenant that is somebody else's. */
export function tenantNotFound(): Problem {
  return new Problem({
    status: 404,
    kind: 'tenant-not-found',
    title: 'No such tenant',
    detail: 'There is no tenant of this id among those that your token may read.',
  });
}

export function accountNotFound(): Problem {
  return new Problem({
    status: 404,
    kind: 'account-not-found',
    title: 'No such account',
    detail: 'The tenant has no current score for an account of this id.',
  });
}

export function unauthorized(detail: string): Problem {
  return new Problem({
    status: 401,
    kind: 'unauthorized',
    title: 'A valid bearer token is needed',
    detail,
    headers: { 'www-authenticate': 'Bearer realm="churn"' },
  });
}

export function scoresNotLoaded(): Problem {
  return new Problem({
    status: 503,
    kind: 'scores-not-loaded',
    title: 'No scores are loaded yet',
    detail: 'The service has not read a scores mart so far; it keeps trying. Scores land with `churn score`.',
    headers: { 'retry-after': '10' },
  });
}
