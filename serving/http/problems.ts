import type { RefusedChampion } from '../champions/live-champions.ts';
import type { TooManyOrders } from '../what-if/what-if-threads.ts';
import { Problem, type ProblemDetails } from './problem.ts';

/** The same answer for an unknown tenant and for another's, so that it reveals neither. */
export function tenantNotFound(): Problem {
  return new Problem({
    status: 404,
    kind: 'tenant-not-found',
    title: 'No such tenant',
    detail: 'Your token may read no tenant with this id.',
  });
}

export function accountNotFound(): Problem {
  return new Problem({
    status: 404,
    kind: 'account-not-found',
    title: 'No such account',
    detail: 'The tenant has no current score for an account with this id.',
  });
}

export function modelNotFound(): Problem {
  return new Problem({
    status: 404,
    kind: 'model-not-found',
    title: 'No such model',
    detail: 'No model with this name and version serves a tenant that your token may read.',
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

export function insufficientScope(scope: string): Problem {
  return new Problem({
    status: 403,
    kind: 'insufficient-scope',
    title: 'The token may not be used for this',
    detail: `The token's scope claim lacks ${scope}.`,
    headers: { 'www-authenticate': `Bearer realm="churn", error="insufficient_scope", scope="${scope}"` },
  });
}

export function keysUnavailable(): Problem {
  return new Problem({
    status: 503,
    kind: 'keys-unavailable',
    title: 'Tokens cannot be checked right now',
    detail: 'The keys of the identity provider cannot be fetched. The token may be valid; try again.',
    headers: { 'retry-after': '5' },
  });
}

export function scoresNotLoaded(): Problem {
  return new Problem({
    status: 503,
    kind: 'scores-not-loaded',
    title: 'No scores are loaded yet',
    detail:
      'The service has not read the scores mart yet and keeps trying. `churn score` writes scores to it.',
    headers: { 'retry-after': '10' },
  });
}

export function stopping(): Problem {
  return new Problem({
    status: 503,
    kind: 'stopping',
    title: 'The service is stopping',
    detail: 'Requests in progress are finished; send new ones to another instance.',
    headers: { 'retry-after': '1', connection: 'close' },
  });
}

export function noModel(): Problem {
  return new Problem({
    status: 503,
    kind: 'no-model',
    title: 'No model is loaded for this tenant',
    detail: 'Neither it nor all tenants have a champion; train one with `churn train`.',
    headers: { 'retry-after': '30' },
  });
}

/** Whose champion it is may ask; the reason names files, and is for the log. */
export function championRefused({ version }: RefusedChampion): Problem {
  return new Problem({
    status: 503,
    kind: 'champion-refused',
    title: 'The champion of this tenant cannot serve',
    detail: `${championText(version)} was refused, and none from before is loaded. The service log says why; go back with \`churn models rollback\`, or promote another.`,
    headers: { 'retry-after': '30' },
  });
}

/** For the answers of a champion that serves on in the place of a newer one. */
export function championText(version: RefusedChampion['version']): string {
  return version === null ? 'A version that cannot be told' : `${version.name} ${version.version}`;
}

export function tooManyRequests(retryAfterSeconds: number): Problem {
  return new Problem({
    status: 429,
    kind: 'too-many-requests',
    title: 'Too many requests',
    detail: `The token has used up its requests; try again in ${retryAfterSeconds} s.`,
    headers: { 'retry-after': String(retryAfterSeconds) },
  });
}

export function tooManyRows(retryAfterSeconds: number): Problem {
  return new Problem({
    status: 429,
    kind: 'too-many-rows',
    title: 'Too many rows were scored',
    detail: `The token, or its tenant, has scored as many rows as it may; try again in ${retryAfterSeconds} s.`,
    headers: { 'retry-after': String(retryAfterSeconds) },
  });
}

export function tooManyOrders({ of }: TooManyOrders): Problem {
  if (of !== 'all')
    return new Problem({
      status: 429,
      kind: 'too-many-requests',
      title: 'Too many requests',
      detail: `Too many requests of this ${of} wait to be scored; send fewer at a time.`,
      headers: { 'retry-after': '1' },
    });
  return new Problem({
    status: 503,
    kind: 'busy',
    title: 'The service is busy',
    detail: 'Too many requests wait to be scored. Lists and accounts are answered meanwhile.',
    headers: { 'retry-after': '2' },
  });
}

export function bodyTooLarge(limitBytes: number): Problem {
  return new Problem({
    status: 413,
    kind: 'body-too-large',
    title: 'The body is too large',
    detail: `A body may have at most ${limitBytes} bytes; send fewer rows at a time.`,
    // The rest of the body is not read.
    headers: { connection: 'close' },
  });
}

export function unsupportedMediaType(): Problem {
  return new Problem({
    status: 415,
    kind: 'unsupported-media-type',
    title: 'The body must be JSON',
    detail: 'Send the header Content-Type: application/json.',
    headers: { accept: 'application/json' },
  });
}

export function invalid(what: 'query' | 'body', errors: NonNullable<ProblemDetails['errors']>): Problem {
  return new Problem({
    status: 400,
    kind: `invalid-${what}`,
    title: `The ${what} is not valid`,
    detail:
      what === 'query'
        ? 'Correct the parameters below; no list was made.'
        : 'Correct the fields below; nothing was scored.',
    errors,
  });
}

export function pageNotFound(): Problem {
  return new Problem({
    status: 404,
    kind: 'page-not-found',
    title: 'No such page',
    detail:
      'The cursor does not belong to this list; send next_cursor of the last page with the same filters and sort.',
    errors: [{ parameter: 'cursor', detail: 'does not belong to this list with these filters' }],
  });
}

export function cursorExpired(): Problem {
  return new Problem({
    status: 410,
    kind: 'cursor-expired',
    title: 'The list has changed',
    detail: 'Newer scores have replaced it; start again without a cursor.',
  });
}

export const NO_SUCH_ROUTE: ProblemDetails = {
  status: 404,
  kind: 'not-found',
  title: 'No such route',
  detail: 'The service has no route with this path; /docs lists all of them.',
};

export const NO_SUCH_PAGE: ProblemDetails = {
  status: 404,
  kind: 'not-found',
  title: 'No such page',
  detail: 'Nothing is at this address. The link may be old, or cut off.',
};

export function methodNotAllowed(allowed: readonly string[]): ProblemDetails {
  return {
    status: 405,
    kind: 'method-not-allowed',
    title: 'The method is not allowed here',
    detail: `This route answers ${allowed.join(', ')}.`,
    headers: { allow: allowed.join(', ') },
  };
}

/** A request that broke off, or that is none in the eyes of HTTP. */
export const MALFORMED_REQUEST: ProblemDetails = {
  status: 400,
  kind: 'malformed-request',
  title: 'Bad Request',
  detail: 'The service could not read a complete HTTP request.',
};

export const SERVICE_FAILED: ProblemDetails = {
  status: 500,
  kind: 'internal',
  title: 'The service failed',
  detail: 'The service log holds the error; your request did not cause it.',
};
