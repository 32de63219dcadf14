import { Hono } from 'hono';
import { accepts } from 'hono/accepts';
import { RISK_BANDS } from '../../models/model.ts';
import { readDrivers } from '../scores-mart/driver-json.ts';
import { accountJson } from './account-json.ts';
import { readCursor, writeCursor } from './page-cursor.ts';
import { accountNotFound, Problem } from './problem.ts';
import { scoresCsv } from './scores-csv.ts';
import type { TenantScores } from './scores-gateway.ts';
import { type ScoresQuery, scoresQuerySchema, selectRows } from './scores-query.ts';

/** `tenantScores` is set by the gate in front of these routes; there is no other way to any rows from here. */
export interface TenantRouteEnv {
  Variables: { tenantScores: TenantScores };
}

/** What can be asked about one tenant, mounted below `/v1/tenants/{tenant_id}`. */
export function tenantRoutes(): Hono<TenantRouteEnv> {
  const routes = new Hono<TenantRouteEnv>();

  routes.get('/scores', (c) => {
    const { current } = c.get('tenantScores');
    const query = parseQuery(c.req.queries());
    const rows = selectRows(current, query);
    const type = accepts(c, {
      header: 'Accept',
      supports: ['application/json', 'text/csv'],
      default: 'application/json',
    });
    c.header('vary', 'accept, authorization');
    if (type === 'text/csv') {
      c.header('content-type', 'text/csv; charset=utf-8');
      c.header('content-disposition', `attachment; filename="churn-risk-${current.run.asOf}.csv"`);
      // An export is the whole list unless a size was asked for.
      return c.body(
        scoresCsv(current, c.req.query('limit') === undefined ? rows : rows.slice(0, query.limit)),
      );
    }
    const offset = query.cursor === undefined ? 0 : readCursor(query.cursor, current.run.runId, query);
    const end = offset + query.limit;
    return c.json({
      ...listedRun(c.get('tenantScores')),
      total: rows.length,
      accounts: Array.from(rows.subarray(offset, end), (row) => accountJson(current, row)),
      next_cursor: end < rows.length ? writeCursor(current.run.runId, query, end) : null,
    });
  });

  routes.get('/accounts/:account_id', (c) => {
    const { current, history } = c.get('tenantScores');
    const accountId = c.req.param('account_id');
    const row = current.rowOfAccount.get(accountId);
    if (row === undefined) throw accountNotFound();
    return c.json({
      ...listedRun(c.get('tenantScores')),
      ...accountJson(current, row),
      change_drivers: readDrivers(current.changeDrivers[row]!),
      history: (history.get(accountId) ?? []).map((point) => ({
        as_of_date: point.asOf,
        churn_probability_90d: point.probability90d,
        risk_band: point.band,
      })),
    });
  });

  routes.get('/summary', (c) => {
    const { current, trend } = c.get('tenantScores');
    const accountsByBand = Object.fromEntries(
      RISK_BANDS.map((band) => [band, current.bands.filter((one) => one === band).length]),
    );
    return c.json({
      ...listedRun(c.get('tenantScores')),
      account_count: current.rowCount,
      accounts_by_band: accountsByBand,
      mrr_at_risk: current.mrrAtRisk.reduce((sum, mrr) => sum + (mrr || 0), 0),
      trend: trend.map((point) => ({
        as_of_date: point.asOf,
        account_count: point.accounts,
        accounts_by_band: point.accountsByBand,
        mrr_at_risk: point.mrrAtRisk,
      })),
    });
  });

  return routes;
}

function listedRun({ current: { tenantId, run } }: TenantScores) {
  return {
    tenant_id: tenantId,
    as_of_date: run.asOf,
    model_name: run.modelName,
    model_version: run.modelVersion,
    run_id: run.runId,
  };
}

function parseQuery(given: Record<string, string[]>): ScoresQuery {
  const single = Object.entries(given).map(([name, values]) => [
    name,
    values.length === 1 ? values[0] : values,
  ]);
  const parsed = scoresQuerySchema.safeParse(Object.fromEntries(single));
  if (parsed.success) return parsed.data;
  throw new Problem({
    status: 400,
    kind: 'invalid-query',
    title: 'The query is not valid',
    detail: 'Mend the parameters below; the list was not filtered.',
    errors: parsed.error.issues.map((issue) => ({
      parameter: issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : String(issue.path[0] ?? ''),
      detail: issue.message,
    })),
  });
}
