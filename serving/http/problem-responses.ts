import type { ProblemStatus } from './problem.ts';
import { problemSchema } from './problem-schema.ts';

const DESCRIPTIONS: Readonly<Record<ProblemStatus, string>> = {
  400: 'The query or body is not valid; `errors` says where',
  401: 'A valid bearer token is needed',
  403: 'The token lacks the scope',
  404: 'It does not exist, or the token may not see it',
  405: 'The route answers other methods',
  410: 'The page is no longer held; start again without a cursor',
  413: 'The body is too large',
  415: 'The body is not JSON',
  429: 'Too many requests; `retry-after` says when to try again',
  500: 'A defect of the service',
  503: 'Not ready; `retry-after` says when to try again',
};

/** The problem documents that a route may answer, for its OpenAPI description. */
export function problemResponses(...statuses: readonly ProblemStatus[]) {
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: DESCRIPTIONS[status],
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  );
}
