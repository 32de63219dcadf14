import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { bearerToken, type Gate } from '../access/gate.ts';
import type { Champion } from '../champions/champion.ts';
import type { LiveChampions } from '../champions/live-champions.ts';
import type { Probes } from '../probes.ts';
import { modelNotFound } from '../problems.ts';
import { type Operation, parseBody, problems } from '../routes/operation.ts';
import type { ScoresGateway } from '../snapshot/scores-gateway.ts';
import { infer, modelMetadata } from './infer.ts';
import {
  inferRequestSchema,
  inferResponseSchema,
  modelMetadataSchema,
  serverMetadataSchema,
} from './inference-schemas.ts';

export interface InferenceParts {
  readonly gate: Gate;
  readonly scores: ScoresGateway;
  readonly champions: LiveChampions;
  readonly probes: Probes;
  readonly version: string;
}

const tags = ['Open Inference Protocol'];
const security = [{ bearer: [] }];
const json = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { 'application/json': { schema } },
});

/** The Open Inference Protocol beside the domain API: the same models, for tools that speak it. */
export function inferenceOperations(parts: InferenceParts): Operation[] {
  const { gate, scores, champions, probes, version } = parts;

  /** The champion of that name among the tenants that the token may read; others' models are not there. */
  async function championNamed(c: Context): Promise<Champion> {
    const principal = await gate.principal(bearerToken(c), 'scores:compute');
    const [name, wanted] = [c.req.param('model_name'), c.req.param('model_version')];
    for (const grant of principal.grants(scores.tenantIds())) {
      if (scores.forTenant(grant) === null) continue;
      const champion = await champions.forTenant(grant);
      if (champion?.model.name !== name) continue;
      if (wanted === undefined || champion?.model.version === wanted) return champion!;
    }
    throw modelNotFound();
  }

  const forModel = (
    suffix: string,
    operation: {
      readonly id: string;
      readonly summary: string;
      readonly method?: 'post';
      readonly answers: z.ZodType;
      readonly handle: (c: Context, champion: Champion) => Promise<unknown>;
    },
  ): Operation[] =>
    (['', '/versions/{model_version}'] as const).map((versioned) => ({
      route: createRoute({
        tags,
        security,
        method: operation.method ?? 'get',
        path: `/v2/models/{model_name}${versioned}${suffix}`,
        operationId: operation.id + (versioned === '' ? '' : 'Version'),
        summary: operation.summary,
        request: {
          params: z.object({
            model_name: z.string().min(1),
            ...(versioned === '' ? {} : { model_version: z.string().min(1) }),
          }),
          ...(operation.method === undefined
            ? {}
            : {
                body: {
                  required: true,
                  content: { 'application/json': { schema: inferRequestSchema } },
                },
              }),
        },
        responses: {
          200: json('The answer', operation.answers),
          ...problems(
            ...(operation.method === undefined ? [] : ([400, 413, 415] as const)),
            ...([401, 403, 404, 429, 503] as const),
          ),
        },
      }),
      handle: async (c) => {
        const champion = await championNamed(c);
        c.header('cache-control', 'no-store');
        return c.json((await operation.handle(c, champion)) as object);
      },
    }));

  return [
    {
      route: createRoute({
        tags,
        method: 'get',
        path: '/v2',
        operationId: 'serverMetadata',
        summary: 'What this server is',
        responses: { 200: json('Name, version and extensions', serverMetadataSchema) },
      }),
      handle: (c) => c.json({ name: 'churn', version, extensions: ['drivers'] }),
    },
    {
      route: createRoute({
        tags,
        method: 'get',
        path: '/v2/health/live',
        operationId: 'serverLive',
        summary: 'Whether the process runs',
        responses: { 200: json('It does', z.object({ live: z.literal(true) })) },
      }),
      handle: (c) => c.json({ live: true }),
    },
    {
      route: createRoute({
        tags,
        method: 'get',
        path: '/v2/health/ready',
        operationId: 'serverReady',
        summary: 'Whether it can answer',
        responses: { 200: json('It can', z.object({ ready: z.literal(true) })), ...problems(503) },
      }),
      handle: (c) => {
        probes.assertReady();
        return c.json({ ready: true });
      },
    },
    ...forModel('', {
      id: 'modelMetadata',
      summary: 'Inputs and outputs of a model',
      answers: modelMetadataSchema,
      handle: async (_c, champion) => modelMetadata(champion),
    }),
    ...forModel('/ready', {
      id: 'modelReady',
      summary: 'Whether a model is loaded',
      answers: z.object({ name: z.string(), ready: z.literal(true) }),
      handle: async (_c, { model }) => ({ name: model.name, ready: true }),
    }),
    ...forModel('/infer', {
      id: 'infer',
      summary: 'What a model says of feature values that are posted',
      method: 'post',
      answers: inferResponseSchema,
      handle: async (c, champion) => infer(champion, await parseBody(c, inferRequestSchema)),
    }),
  ];
}
