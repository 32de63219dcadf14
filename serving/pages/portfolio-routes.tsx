/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import { Hono } from 'hono';
import { leftAccounts } from '../read-model/left-accounts.ts';
import { movers } from '../read-model/movers.ts';
import { renewals } from '../read-model/renewals.ts';
import { accountAt } from '../read-model/risk-list-page.ts';
import { tenantSummary } from '../read-model/tenant-summary.ts';
import { weeklyDates } from '../read-model/weekly-dates.ts';
import { answerPage } from './answer-page.ts';
import type { TenantPageParts } from './page-parts.ts';
import { PortfolioView } from './portfolio-view.tsx';

const MOVERS_SHOWN = 8;
const RENEWALS_SHOWN = 10;

/** The page of all accounts of a tenant together. */
export function portfolioRoutes({ ofTenant, notice }: TenantPageParts): Hono {
  const routes = new Hono();

  routes.get('/tenants/:tenant_id/portfolio', ofTenant, (c) => {
    const { current } = c.get('admitted').view;
    const summary = tenantSummary(current);
    const moved = movers(current, MOVERS_SHOWN);
    const renewing = renewals(current);
    const accountsAt = (rows: readonly number[]) => rows.map((row) => accountAt(current, row));
    return answerPage(
      c,
      <PortfolioView
        summary={summary}
        trend={weeklyDates(current.trend.map(({ asOf }) => asOf)).map((at) => summary.trend[at]!)}
        churn={current.churn}
        newestAsOf={current.newestAsOf}
        movers={moved}
        risen={accountsAt(moved.up)}
        fallen={accountsAt(moved.down)}
        renewals={renewing}
        renewingAtRisk={accountsAt(renewing.highRows.slice(0, RENEWALS_SHOWN))}
        left={leftAccounts(current)}
        notice={notice()}
      />,
    );
  });

  return routes;
}
