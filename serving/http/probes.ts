import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { ageSeconds } from '../read-model/age-seconds.ts';
import type { ScoresGateway } from '../read-model/scores-gateway.ts';
import { problemResponses } from './problem-responses.ts';
import { scoresNotLoaded, stopping } from './problems.ts';

/** What an orchestrator asks. */
export interface Probes {
  /** @throws Problem 503 before the first scores are loaded and once the service is stopping */
  assertReady(): void;
  /** From now on it is not ready, and answers nothing new but probes while the rest drains. */
  startStopping(): void;
  /** @throws Problem 503 once the service is stopping, for everything but probes */
  readonly refuseWhileStopping: MiddlewareHandler;
}

const PROBES: ReadonlySet<string> = new Set([
  '/healthz',
  '/readyz',
  '/v2/health/live',
  '/v2/health/ready',
  '/metrics',
]);

/**
 * Scores that cannot be renewed are still scores: a warehouse that is down makes every instance stale, not
 * unready, or they would all be taken out of service at once. Readiness says so in its body.
 */
export function createProbes(scores: ScoresGateway): Probes {
  let isStopping = false;
  return {
    assertReady() {
      if (isStopping) throw stopping();
      if (scores.confirmedAt() === null) throw scoresNotLoaded();
    },
    startStopping() {
      isStopping = true;
    },
    async refuseWhileStopping(c, next) {
      if (isStopping && !PROBES.has(c.req.path)) throw stopping();
      await next();
    },
  };
}

const livenessSchema = z.object({ status: z.literal('alive') }).openapi('Liveness');

const readinessSchema = z
  .object({
    status: z.literal('ready'),
    tenants: z.int(),
    scores_age_seconds: z.int().describe('Since the mart was last seen to hold what is served'),
    scores_are_stale: z
      .boolean()
      .describe('The mart has not been read for three refreshes; the old scores are served'),
  })
  .openapi('Readiness');

export interface ProbeParts {
  readonly probes: Probes;
  readonly scores: ScoresGateway;
  readonly clock: () => Date;
}

export function addProbeRoutes(app: OpenAPIHono, { probes, scores, clock }: ProbeParts): void {
  app.openapi(
    createRoute({
      tags: ['Probes'],
      method: 'get',
      path: '/healthz',
      operationId: 'healthz',
      summary: 'Whether the process runs',
      responses: {
        200: { description: 'It does', content: { 'application/json': { schema: livenessSchema } } },
      },
    }),
    (c) => c.json({ status: 'alive' as const }, 200),
  );
  app.openapi(
    createRoute({
      tags: ['Probes'],
      method: 'get',
      path: '/readyz',
      operationId: 'readyz',
      summary: 'Whether it can answer, and how old what it answers is',
      responses: {
        200: { description: 'It can', content: { 'application/json': { schema: readinessSchema } } },
        ...problemResponses(503),
      },
    }),
    (c) => {
      probes.assertReady();
      return c.json(
        {
          status: 'ready' as const,
          tenants: [...scores.tenantIds()].length,
          scores_age_seconds: ageSeconds(scores.confirmedAt()!, clock),
          scores_are_stale: scores.isStale(),
        },
        200,
      );
    },
  );
}
