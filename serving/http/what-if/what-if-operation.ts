import { createRoute, z } from '@hono/zod-openapi';
import type { LiveChampions } from '../../champions/live-champions.ts';
import { readPostedRows } from '../../champions/posted-rows.ts';
import type { Gate } from '../admission/guard.ts';
import { type WhatIfResponse, whatIfRequestSchema, whatIfResponseSchema } from '../api-schemas.ts';
import { type Operation, parseBody, problems } from '../operation.ts';
import { noModel } from '../problems.ts';
import { admitting } from '../tenants/tenant-operations.ts';
import { postedAccounts } from './posted-accounts.ts';

/** Scores posted feature values by the one scoring path. It computes and keeps nothing. */
export function whatIfOperation(gate: Gate, champions: LiveChampions): Operation {
  return {
    route: createRoute({
      tags: ['What-if'],
      security: [{ bearer: [] }],
      method: 'post',
      path: '/v1/tenants/{tenant_id}/score',
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
        ...problems(400, 401, 403, 404, 413, 415, 429, 503),
      },
    }),
    handle: admitting(
      gate,
      'scores:compute',
    )(async (c, { grant }) => {
      const { accounts, drivers_per_account: driversPerRow } = await parseBody(c, whatIfRequestSchema);
      const champion = await champions.forTenant(grant);
      if (champion === null) throw noModel();
      const { model } = champion;
      const rows = readPostedRows(postedAccounts(accounts), model.featureSet, champion.bounds);
      const { probabilities, bands, drivers } = await champion.score({
        rows,
        tenantId: grant.tenantId,
        driversPerRow,
      });
      const body: WhatIfResponse = {
        tenant_id: grant.tenantId,
        model_name: model.name,
        model_version: model.version,
        predictions: accounts.map((_, row) => ({
          churn_probability_30d: probabilities[0]![row]!,
          churn_probability_60d: probabilities[1]![row]!,
          churn_probability_90d: probabilities[2]![row]!,
          risk_band: bands[row]!,
          drivers: [...drivers[row]!],
        })),
        ...rows.notes,
      };
      c.header('cache-control', 'no-store');
      return c.json(body);
    }),
  };
}
