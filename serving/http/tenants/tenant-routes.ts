import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import { accountDetail } from '../../read-model/account-detail.ts';
import { accountsOf, pageJson, riskListPage } from '../../read-model/risk-list-page.ts';
import { accountDetailSchema, riskListSchema, summarySchema } from '../../read-model/score-documents.ts';
import { scoresCsv } from '../../read-model/scores-csv.ts';
import { scoresQuerySchema } from '../../read-model/scores-query.ts';
import { tenantSummary } from '../../read-model/tenant-summary.ts';
import { admitTenant } from '../admission/admit-tenant.ts';
import { bearerToken, type Guard } from '../admission/guard.ts';
import type { Answerer } from '../answer.ts';
import { problemResponses } from '../problem-responses.ts';
import { accountNotFound } from '../problems.ts';

const JSON_TYPE = 'application/json';
const CSV_TYPE = 'text/csv';

const tenantParameter = z.object({ tenant_id: z.string().min(1).max(200) });

export interface TenantRouteParts {
  readonly guard: Guard;
  readonly answer: Answerer;
}

/** What can be read of one tenant. A handler is given that tenant and nothing wider. */
export function addTenantRoutes(app: OpenAPIHono, { guard, answer }: TenantRouteParts): void {
  const ofTenant = {
    tags: ['Scores'],
    security: [{ bearer: [] }],
    middleware: admitTenant(guard, 'scores:read', bearerToken),
  };
  app.openapi(
    createRoute({
      ...ofTenant,
      method: 'get',
      path: '/v1/tenants/{tenant_id}/scores',
      operationId: 'listScores',
      summary: 'Risk list of a tenant, most at risk first; CSV by Accept',
      request: { params: tenantParameter, query: scoresQuerySchema },
      responses: {
        200: {
          description: 'One page; CSV holds the whole list unless a limit is given',
          content: { [JSON_TYPE]: { schema: riskListSchema }, [CSV_TYPE]: { schema: z.string() } },
        },
        304: { description: 'As the client has it' },
        ...problemResponses(400, 401, 403, 404, 410, 429, 503),
      },
    }),
    (c) => {
      const { view } = c.get('admitted');
      const query = c.req.valid('query');
      const isCsv = prefersCsv(c);
      const isWhole = isCsv && c.req.query('limit') === undefined;
      const page = riskListPage(view, isWhole ? { ...query, limit: Number.POSITIVE_INFINITY } : query);
      const { tenantId, revision, run } = page.scores;
      if (isCsv) c.header('content-disposition', `attachment; filename="churn-risk-${run.asOf}.csv"`);
      return answer(c, {
        contentType: isCsv ? `${CSV_TYPE}; charset=utf-8` : JSON_TYPE,
        identity: [tenantId, revision, 'scores', JSON.stringify(query), String(isWhole)],
        body: () => (isCsv ? scoresCsv(accountsOf(page)) : pageJson(page)),
      });
    },
  );
  app.openapi(
    createRoute({
      ...ofTenant,
      method: 'get',
      path: '/v1/tenants/{tenant_id}/accounts/{account_id}',
      operationId: 'getAccount',
      summary: 'One account: score, drivers, what changed, history',
      request: { params: tenantParameter.extend({ account_id: z.string().min(1) }) },
      responses: {
        200: { description: 'The account', content: { [JSON_TYPE]: { schema: accountDetailSchema } } },
        304: { description: 'As the client has it' },
        ...problemResponses(401, 403, 404, 429, 503),
      },
    }),
    (c) => {
      const { current } = c.get('admitted').view;
      const { account_id: accountId } = c.req.valid('param');
      const row = current.rowOfAccount.get(accountId);
      if (row === undefined) throw accountNotFound();
      return answer(c, {
        contentType: JSON_TYPE,
        identity: [current.tenantId, current.revision, 'account', accountId],
        body: () => JSON.stringify(accountDetail(current, row)),
      });
    },
  );
  app.openapi(
    createRoute({
      ...ofTenant,
      method: 'get',
      path: '/v1/tenants/{tenant_id}/summary',
      operationId: 'getSummary',
      summary: 'Counts by band, MRR at risk and their trend',
      request: { params: tenantParameter },
      responses: {
        200: { description: 'The summary', content: { [JSON_TYPE]: { schema: summarySchema } } },
        304: { description: 'As the client has it' },
        ...problemResponses(401, 403, 404, 429, 503),
      },
    }),
    (c) => {
      const { current } = c.get('admitted').view;
      return answer(c, {
        contentType: JSON_TYPE,
        identity: [current.tenantId, current.revision, 'summary'],
        body: () => JSON.stringify(tenantSummary(current)),
      });
    },
  );
}

function prefersCsv(c: Context): boolean {
  return accepts(c, { header: 'Accept', supports: [JSON_TYPE, CSV_TYPE], default: JSON_TYPE }) === CSV_TYPE;
}
