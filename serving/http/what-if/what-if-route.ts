import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { tellDriver } from '../../../models/scoring/drivers/tell-driver.ts';
import type { LiveChampions } from '../../champions/live-champions.ts';
import { readPostedRows } from '../../champions/posted-rows.ts';
import { admitTenant } from '../admission/admit-tenant.ts';
import { bearerToken, type Guard } from '../admission/guard.ts';
import { championFor } from '../champion-for.ts';
import { problemResponses } from '../problem-responses.ts';
import { requireJson } from '../request-validation.ts';
import { postedAccounts } from './posted-accounts.ts';
import { whatIfRequestSchema, whatIfResponseSchema } from './what-if-schemas.ts';

export interface WhatIfParts {
  readonly guard: Guard;
  readonly champions: LiveChampions;
}

/** Scores posted feature values by the one scoring path. It computes and keeps nothing. */
export function addWhatIfRoute(app: OpenAPIHono, { guard, champions }: WhatIfParts): void {
  app.openapi(
    createRoute({
      tags: ['What-if'],
      security: [{ bearer: [] }],
      method: 'post',
      path: '/v1/tenants/{tenant_id}/score',
      operationId: 'scoreWhatIf',
      summary: "What the tenant's model says of feature values that are posted",
      middleware: [admitTenant(guard, 'scores:compute', bearerToken), requireJson] satisfies [
        unknown,
        unknown,
      ],
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
    async (c) => {
      const { grant } = c.get('admitted');
      const { accounts, drivers_per_account: driversPerRow } = c.req.valid('json');
      const champion = await championFor(champions, grant, c);
      const { model } = champion;
      const rows = readPostedRows(postedAccounts(accounts), model.featureSet, champion.bounds);
      const { probabilities, bands, drivers } = await champion.score({
        rows,
        tenantId: grant.tenantId,
        driversPerRow,
      });
      c.header('cache-control', 'no-store');
      return c.json(
        {
          tenant_id: grant.tenantId,
          model_name: model.name,
          model_version: model.version,
          predictions: accounts.map((_, row) => ({
            churn_probability_30d: probabilities[0]![row]!,
            churn_probability_60d: probabilities[1]![row]!,
            churn_probability_90d: probabilities[2]![row]!,
            risk_band: bands[row]!,
            drivers: drivers[row]!.map((driver) => tellDriver(driver, champion.vocabulary, 'score')),
          })),
          ...rows.notes,
        },
        200,
      );
    },
  );
}
