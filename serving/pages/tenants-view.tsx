/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import { OPERATOR_TENANT } from '../../features/contract/tenant-id.ts';
import { type RiskTotals, riskTotals } from '../read-model/risk-totals.ts';
import type { TenantScores } from '../read-model/tenant-scores.ts';
import { daysEnded } from './ended-data-notice.tsx';
import { amount, count } from './format.ts';
import { Layout } from './layout.tsx';
import { tenantPath } from './tenant-navigation.tsx';

/** One tenant that can be chosen. */
export interface ListedTenant {
  readonly tenantId: string;
  readonly asOf: string;
  readonly totals: RiskTotals;
  readonly isHeldBack: boolean;
  /** Days since its data ended; 0 while it comes. */
  readonly daysEnded: number;
}

/**
 * The operator first, whose accounts are the others. Then those with the most critical and high accounts, and tenants whose data
 * ended last: their figures are history.
 */
export function listedTenants(tenants: readonly TenantScores[]): ListedTenant[] {
  return tenants
    .map((scores) => ({
      tenantId: scores.tenantId,
      asOf: scores.run.asOf,
      totals: riskTotals(scores, {}),
      isHeldBack: scores.heldBack !== null,
      daysEnded: daysEnded(scores.run.asOf, scores.newestAsOf),
    }))
    .sort(
      (a, b) =>
        Number(b.tenantId === OPERATOR_TENANT) - Number(a.tenantId === OPERATOR_TENANT) ||
        Number(a.daysEnded > 0) - Number(b.daysEnded > 0) ||
        b.totals.byBand.critical - a.totals.byBand.critical ||
        b.totals.byBand.high - a.totals.byBand.high ||
        (a.tenantId < b.tenantId ? -1 : 1),
    );
}

/** Tenants to choose from, where the token may read several. */
export function TenantsView({ tenants }: { readonly tenants: readonly ListedTenant[] }) {
  const ended = tenants.filter(({ daysEnded }) => daysEnded > 0).length;
  return (
    <Layout title="Tenants" isLoggedIn>
      <h1>Tenants</h1>
      <p class="dim">
        {count(tenants.length)} with scores that your token may read
        {ended === 0 ? '' : `; the data of ${count(ended)} ended, and they stand last`}
      </p>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Tenant</th>
              <th scope="col" class="number">
                Accounts
              </th>
              <th scope="col" class="number">
                Critical
              </th>
              <th scope="col" class="number">
                High
              </th>
              <th scope="col" class="number">
                MRR at risk
              </th>
              <th scope="col">As of</th>
            </tr>
          </thead>
          <tbody>
            {tenants.map(({ tenantId, asOf, totals, isHeldBack, daysEnded: days }) => (
              <tr>
                <td>
                  <a href={tenantPath(tenantId)}>{tenantId}</a>
                  {tenantId === OPERATOR_TENANT ? (
                    <>
                      {' '}
                      <span class="mark">its accounts are the tenants</span>
                    </>
                  ) : null}
                  {days === 0 ? null : (
                    <>
                      {' '}
                      <span class="mark">data ended {count(days)} days ago</span>
                    </>
                  )}
                </td>
                <td class="number">{count(totals.accounts)}</td>
                <td class="number">{count(totals.byBand.critical)}</td>
                <td class="number">{count(totals.byBand.high)}</td>
                <td class="number">
                  {totals.revenue.length === 0
                    ? '–'
                    : totals.revenue.map(({ currency, mrrAtRisk }) => (
                        <div>{amount(mrrAtRisk, currency)}</div>
                      ))}
                </td>
                <td class="nowrap">
                  {asOf}
                  {isHeldBack ? <div class="small">held back</div> : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Layout>
  );
}
