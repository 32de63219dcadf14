import { createRoute } from '@hono/zod-openapi';
import type { ScoresGateway } from '../read-model/scores-gateway.ts';
import { ageSeconds } from './admission/guard.ts';
import { livenessSchema, readinessSchema } from './api-schemas.ts';
import { type Operation, problems } from './operation.ts';
import { scoresNotLoaded, stopping } from './problems.ts';

/** What an orchestrator asks. */
export interface Probes {
  /** @throws Problem 503 before the first scores are loaded and once the service is stopping */
  assertReady(): void;
  /** From now on it is not ready, so that no new traffic comes while the rest drains. */
  startStopping(): void;
  readonly operations: readonly Operation[];
}

/**
 * Scores that cannot be renewed are still scores: a warehouse that is down makes every instance stale, not
 * unready, or they would all be taken out of service at once. Readiness says so in its body.
 */
export function createProbes(scores: ScoresGateway, clock: () => Date): Probes {
  let isStopping = false;
  const assertReady = () => {
    if (isStopping) throw stopping();
    if (scores.confirmedAt() === null) throw scoresNotLoaded();
  };
  return {
    assertReady,
    startStopping() {
      isStopping = true;
    },
    operations: [
      {
        route: createRoute({
          tags: ['Probes'],
          method: 'get',
          path: '/healthz',
          operationId: 'healthz',
          summary: 'Whether the process runs',
          responses: {
            200: { description: 'It does', content: { 'application/json': { schema: livenessSchema } } },
          },
        }),
        handle: (c) => c.json({ status: 'alive' }),
      },
      {
        route: createRoute({
          tags: ['Probes'],
          method: 'get',
          path: '/readyz',
          operationId: 'readyz',
          summary: 'Whether it can answer, and how old what it answers is',
          responses: {
            200: { description: 'It can', content: { 'application/json': { schema: readinessSchema } } },
            ...problems(503),
          },
        }),
        handle: (c) => {
          assertReady();
          return c.json({
            status: 'ready',
            tenants: [...scores.tenantIds()].length,
            scores_age_seconds: ageSeconds(scores.confirmedAt()!, clock),
            scores_are_stale: scores.lastFailure() !== null,
          });
        },
      },
    ],
  };
}
