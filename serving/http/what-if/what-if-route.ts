import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { LiveChampions } from '../../champions/live-champions.ts';
import { whatIfRequestSchema, whatIfResponseSchema } from '../../what-if/what-if-schemas.ts';
import { admitTenant } from '../admission/admit-tenant.ts';
import { bearerToken, type Guard } from '../admission/guard.ts';
import { championFor } from '../champion-for.ts';
import { problemResponses } from '../problem-responses.ts';
import { requireJson } from '../request-validation.ts';
import type { WhatIfDesk } from './what-if-desk.ts';

export interface WhatIfParts {
  readonly guard: Guard;
  readonly champions: LiveChampions;
  readonly desk: WhatIfDesk;
}

const PATH = '/v1/tenants/{tenant_id}/score';

/** Scores posted feature values by the one scoring path. It computes and keeps nothing. */
export function addWhatIfRoute(app: OpenAPIHono, { guard, champions, desk }: WhatIfParts): void {
  // The body is read in another thread, so the schemas are for the document here.
  app.openAPIRegistry.registerPath(
    createRoute({
      tags: ['What-if'],
      security: [{ bearer: [] }],
      method: 'post',
      path: PATH,
      operationId: 'scoreWhatIf',
      summary: "What the tenant's model says of feature values that are posted",
      request: {
        params: z.object({ tenant_id: z.string().min(1).max(200) }),
        body: { required: true, content: { 'application/json': { schema: whatIfRequestSchema } } },
      },
      responses: {
        200: {
          description: 'One prediction per account, in order',
          content: { 'application/json': { schema: whatIfResponseSchema } },
        },
        ...problemResponses(400, 401, 403, 404, 413, 415, 429, 503),
      },
    }),
  );
  app.post(
    '/v1/tenants/:tenant_id/score',
    admitTenant(guard, 'scores:compute', bearerToken),
    requireJson,
    async (c) => {
      const { grant, subject } = c.get('admitted');
      const { shared: model } = await championFor(champions, grant, c);
      return desk.answer(c, { form: 'accounts', model, payer: { tenantId: grant.tenantId, subject } });
    },
  );
}
