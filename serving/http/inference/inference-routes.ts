import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import {
  inferRequestSchema,
  inferResponseSchema,
  modelMetadataSchema,
  serverMetadataSchema,
} from '../../what-if/inference-schemas.ts';
import { UnreadableBody } from '../../what-if/unreadable-body.ts';
import type { Probes } from '../probes.ts';
import { problemResponses } from '../problem-responses.ts';
import { JSON_BYTES_HEADER, requireInferenceBody } from '../request-validation.ts';
import type { WhatIfDesk } from '../what-if/what-if-desk.ts';
import { modelMetadata } from './model-metadata.ts';
import { findNamedChampion, type NamedChampion, type NamedChampionParts } from './named-champion.ts';

export interface InferenceParts extends NamedChampionParts {
  readonly probes: Probes;
  readonly version: string;
  readonly desk: WhatIfDesk;
}

const tags = ['Open Inference Protocol'];
const json = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { 'application/json': { schema } },
});

/** The Open Inference Protocol: the same models as the domain API's, for tools that speak it. */
export function addInferenceRoutes(app: OpenAPIHono, parts: InferenceParts): void {
  addServerRoutes(app, parts);
  addModelRoutes(app, parts, {
    path: '/v2/models/{model_name}',
    idSuffix: '',
    params: z.object({ model_name: z.string().min(1) }),
  });
  addModelRoutes(app, parts, {
    path: '/v2/models/{model_name}/versions/{model_version}',
    idSuffix: 'Version',
    params: z.object({ model_name: z.string().min(1), model_version: z.string().min(1) }),
  });
}

function addServerRoutes(app: OpenAPIHono, { probes, version }: InferenceParts): void {
  app.openapi(
    createRoute({
      tags,
      method: 'get',
      path: '/v2',
      operationId: 'serverMetadata',
      summary: 'What this server is',
      responses: { 200: json('Name, version and extensions', serverMetadataSchema) },
    }),
    (c) => c.json({ name: 'churn', version, extensions: ['drivers', 'binary_tensor_data'] }, 200),
  );
  app.openapi(
    createRoute({
      tags,
      method: 'get',
      path: '/v2/health/live',
      operationId: 'serverLive',
      summary: 'Whether the process runs',
      responses: { 200: json('It does', z.object({ live: z.literal(true) })) },
    }),
    (c) => c.json({ live: true as const }, 200),
  );
  app.openapi(
    createRoute({
      tags,
      method: 'get',
      path: '/v2/health/ready',
      operationId: 'serverReady',
      summary: 'Whether it can answer',
      responses: { 200: json('It can', z.object({ ready: z.literal(true) })), ...problemResponses(503) },
    }),
    (c) => {
      probes.assertReady();
      return c.json({ ready: true as const }, 200);
    },
  );
}

interface ModelPath {
  readonly path: '/v2/models/{model_name}' | '/v2/models/{model_name}/versions/{model_version}';
  readonly idSuffix: string;
  readonly params: z.ZodObject;
}

/** A model's routes below one way to name it. */
function addModelRoutes(
  app: OpenAPIHono,
  parts: InferenceParts,
  { path, idSuffix, params }: ModelPath,
): void {
  const ofModel = { tags, security: [{ bearer: [] }], request: { params } };
  const findModel = findNamedChampion(parts);
  app.openapi(
    createRoute({
      ...ofModel,
      method: 'get',
      path,
      operationId: `modelMetadata${idSuffix}`,
      summary: 'Inputs and outputs of a model',
      middleware: findModel,
      responses: {
        200: json('The answer', modelMetadataSchema),
        ...problemResponses(401, 403, 404, 429, 503),
      },
    }),
    (c) => {
      c.header('cache-control', 'no-store');
      return c.json(modelMetadata(c.get('named').champion), 200);
    },
  );
  app.openapi(
    createRoute({
      ...ofModel,
      method: 'get',
      path: `${path}/ready`,
      operationId: `modelReady${idSuffix}`,
      summary: 'Whether a model is loaded',
      middleware: findModel,
      responses: {
        200: json('The answer', z.object({ name: z.string(), ready: z.literal(true) })),
        ...problemResponses(401, 403, 404, 429, 503),
      },
    }),
    (c) => {
      c.header('cache-control', 'no-store');
      return c.json({ name: c.get('named').champion.model.name, ready: true as const }, 200);
    },
  );
  // The body is read in another thread, so the schemas are for the document here.
  app.openAPIRegistry.registerPath(
    createRoute({
      ...ofModel,
      method: 'post',
      path: `${path}/infer`,
      operationId: `infer${idSuffix}`,
      summary: 'What a model says of feature values that are posted',
      request: {
        params,
        body: { required: true, content: { 'application/json': { schema: inferRequestSchema } } },
      },
      responses: {
        200: json('The answer', inferResponseSchema),
        ...problemResponses(400, 413, 415, 401, 403, 404, 429, 503),
      },
    }),
  );
  app.post(`${path.replaceAll(/\{(\w+)\}/g, ':$1')}/infer`, findModel, requireInferenceBody, async (c) => {
    const { subject } = c.get('named');
    const orderOf = ({ champion, tenantId }: NamedChampion) => ({
      model: champion.shared,
      payer: { tenantId, subject },
    });
    return parts.desk.answer(c, {
      form: 'tensors',
      ...orderOf(c.get('named')),
      jsonBytes: jsonBytesOf(c.req.header(JSON_BYTES_HEADER)),
      forTenant: async (tenantId) => orderOf(await c.get('forTenant')(tenantId)),
    });
  });
}

/** @throws UnreadableBody for a header that is no number of bytes */
function jsonBytesOf(header: string | undefined): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header);
  throw new UnreadableBody([{ parameter: JSON_BYTES_HEADER, detail: 'is not a number of bytes' }]);
}
