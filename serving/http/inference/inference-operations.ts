import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { TenantId } from '../../../features/contract/tenant-id.ts';
import type { TenantGrant } from '../../access/principal.ts';
import type { Champion } from '../../champions/champion.ts';
import type { LiveChampions } from '../../champions/live-champions.ts';
import type { ScoresGateway } from '../../read-model/scores-gateway.ts';
import { bearerToken, type Gate } from '../admission/guard.ts';
import { type Operation, parseBody, problems } from '../operation.ts';
import type { Probes } from '../probes.ts';
import { modelNotFound } from '../problems.ts';
import { infer, modelMetadata } from './infer.ts';
import {
  type InferResponse,
  inferRequestSchema,
  inferResponseSchema,
  modelMetadataSchema,
  serverMetadataSchema,
} from './inference-schemas.ts';

interface Named {
  readonly champion: Champion;
  /** The one tenant that it was found for; null where it was found for several. */
  readonly tenantId: TenantId | null;
}

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

  /** The champion of that name among the given tenants', and whose of them it is; others' models are not there. */
  async function championNamed(c: Context, grants: Iterable<TenantGrant>): Promise<Named> {
    const [name, version] = [c.req.param('model_name'), c.req.param('model_version')];
    let champion: Champion | null = null;
    const tenantIds: TenantId[] = [];
    for (const grant of grants) {
      if (scores.forTenant(grant) === null) continue;
      const own = await champions.forTenant(grant);
      if (own === null || own.model.name !== name) continue;
      if (version !== undefined && own.model.version !== version) continue;
      champion = own;
      tenantIds.push(grant.tenantId);
    }
    if (champion === null) throw modelNotFound();
    return { champion, tenantId: tenantIds.length === 1 ? tenantIds[0]! : null };
  }

  const principalOf = (c: Context) => gate.principal(bearerToken(c), 'scores:compute');

  /** The model as everybody sees it who may see it. */
  const visible = async (c: Context): Promise<Champion> =>
    (await championNamed(c, (await principalOf(c)).grants(scores.tenantIds()))).champion;

  async function inferFor(c: Context): Promise<InferResponse> {
    const principal = await principalOf(c);
    const named = await championNamed(c, principal.grants(scores.tenantIds()));
    const request = await parseBody(c, inferRequestSchema);
    const wanted = request.parameters?.tenant_id;
    if (wanted === undefined) return infer(named.champion, named.tenantId, request);
    const grant = principal.grant(String(wanted));
    if (grant === null) throw modelNotFound();
    const { champion, tenantId } = await championNamed(c, [grant]);
    return infer(champion, tenantId, request);
  }

  const forModel = (
    suffix: string,
    operation: {
      readonly id: string;
      readonly summary: string;
      readonly method?: 'post';
      readonly answers: z.ZodType;
      readonly handle: (c: Context) => Promise<object>;
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
        const answer = await operation.handle(c);
        c.header('cache-control', 'no-store');
        return c.json(answer);
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
      handle: async (c) => modelMetadata(await visible(c)),
    }),
    ...forModel('/ready', {
      id: 'modelReady',
      summary: 'Whether a model is loaded',
      answers: z.object({ name: z.string(), ready: z.literal(true) }),
      handle: async (c) => ({ name: (await visible(c)).model.name, ready: true }),
    }),
    ...forModel('/infer', {
      id: 'infer',
      summary: 'What a model says of feature values that are posted',
      method: 'post',
      answers: inferResponseSchema,
      handle: inferFor,
    }),
  ];
}
