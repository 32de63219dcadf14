/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import { Hono } from 'hono';
import { accountNotFound } from '../http/problems.ts';
import { accountDetail } from '../read-model/account-detail.ts';
import { AccountView } from './account-view.tsx';
import { answerPage } from './answer-page.ts';
import { LeftAccountView } from './left-account-view.tsx';
import type { TenantPageParts } from './page-parts.ts';

/** The page of one account, also of one that left: links to it were shared while it was there. */
export function accountRoutes({ ofTenant, notice }: TenantPageParts): Hono {
  const routes = new Hono();

  routes.get('/tenants/:tenant_id/accounts/:account_id', ofTenant, (c) => {
    const { current } = c.get('admitted').view;
    const accountId = c.req.param('account_id');
    const row = current.rowOfAccount.get(accountId);
    if (row !== undefined)
      return answerPage(
        c,
        <AccountView
          account={accountDetail(current, row)}
          churn={current.churn}
          newestAsOf={current.newestAsOf}
          notice={notice()}
        />,
      );
    const leftRow = current.left.rowOf.get(accountId);
    if (leftRow === undefined) throw accountNotFound();
    return answerPage(
      c,
      <LeftAccountView
        tenantId={current.tenantId}
        accountId={accountId}
        name={current.left.names[leftRow - current.rowCount]!}
        churn={current.churn}
        history={current.history.of(leftRow)}
        asOf={current.run.asOf}
      />,
    );
  });

  return routes;
}
