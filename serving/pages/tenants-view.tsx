/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */

import type { Summary } from '../read-model/score-documents.ts';
import { moneyText } from '../scores-mart/money-by-currency.ts';
import { count } from './format.ts';
import { Layout } from './layout.tsx';

/** Tenants to choose from, where the token may read several. */
export function TenantsView({ tenants }: { readonly tenants: readonly Summary[] }) {
  return (
    <Layout title="Tenants" isLoggedIn>
      <h1>Tenants</h1>
      <p class="dim">{count(tenants.length)} with scores that your token may read</p>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>Tenant</th>
              <th class="number">Accounts</th>
              <th class="number">Critical</th>
              <th class="number">High</th>
              <th class="number">MRR at risk</th>
              <th>As of</th>
            </tr>
          </thead>
          <tbody>
            {tenants.map((tenant) => (
              <tr>
                <td>
                  <a href={`/tenants/${encodeURIComponent(tenant.tenant_id)}`}>{tenant.tenant_id}</a>
                </td>
                <td class="number">{count(tenant.account_count)}</td>
                <td class="number">{count(tenant.accounts_by_band.critical)}</td>
                <td class="number">{count(tenant.accounts_by_band.high)}</td>
                <td class="number">{moneyText(tenant.mrr_at_risk_by_currency)}</td>
                <td class="number">
                  {tenant.as_of_date}
                  {tenant.held_back === null ? null : <div class="small">held back</div>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Layout>
  );
}
