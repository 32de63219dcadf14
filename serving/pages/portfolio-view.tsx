/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
import type { LeftAccount } from '../read-model/left-accounts.ts';
import type { Movers } from '../read-model/movers.ts';
import type { Renewals } from '../read-model/renewals.ts';
import type { AccountRisk, Summary } from '../read-model/score-documents.ts';
import type { ChurnDefinition } from '../scores-mart/tenant-profiles.ts';
import { churnVerb } from './churn-words.ts';
import { EndedDataNotice } from './ended-data-notice.tsx';
import { count } from './format.ts';
import { HeldBackNotice } from './held-back-notice.tsx';
import { Layout } from './layout.tsx';
import { LeftAccountsSection } from './left-accounts-section.tsx';
import { MoversTable } from './movers-table.tsx';
import { PortfolioTrend } from './portfolio-trend.tsx';
import { RenewalsSection } from './renewals-section.tsx';
import { tenantPath } from './tenant-navigation.tsx';

export interface PortfolioViewProps {
  readonly summary: Pick<
    Summary,
    'tenant_id' | 'as_of_date' | 'held_back' | 'account_count' | 'accounts_by_band'
  >;
  /** Summaries of days a week or more apart, the present one last. */
  readonly trend: Summary['trend'];
  readonly churn: ChurnDefinition | null;
  readonly newestAsOf: string;
  readonly movers: Movers;
  readonly risen: readonly AccountRisk[];
  readonly fallen: readonly AccountRisk[];
  readonly renewals: Renewals;
  /** The first accounts at high or critical risk that renew in the quarter. */
  readonly renewingAtRisk: readonly AccountRisk[];
  readonly left: readonly LeftAccount[];
  readonly notice: string | null;
}

/** All accounts of a tenant together: how they move, what renews, and what became of earlier warnings. */
export function PortfolioView(props: PortfolioViewProps) {
  const { summary, churn, movers, notice } = props;
  const { tenant_id: tenantId, account_count: accounts, accounts_by_band: byBand } = summary;
  const path = tenantPath(tenantId);
  return (
    <Layout title={`Portfolio of ${tenantId}`} isLoggedIn tenantId={tenantId} page="portfolio">
      {notice === null ? null : <p class="notice">{notice}</p>}
      <HeldBackNotice heldBack={summary.held_back} />
      <EndedDataNotice asOf={summary.as_of_date} newestAsOf={props.newestAsOf} />
      <h1>Portfolio of {tenantId}</h1>
      <p class="dim">
        {count(accounts)} accounts as of {summary.as_of_date}, {count(byBand.high + byBand.critical)} at high
        or critical risk. The risk is the chance that within 90 days an account {churnVerb(churn)}.
      </p>
      <PortfolioTrend points={props.trend} />
      {movers.comparedCount === 0 ? (
        <section class="card">
          <h2>Movers</h2>
          <p class="dim">Not enough data: no account has a score of the as-of date before.</p>
        </section>
      ) : (
        <div class="columns">
          <MoversTable
            title="Risk up since the as-of date before"
            tenantId={tenantId}
            accounts={props.risen}
            total={movers.upCount}
            allLink={`${path}?change=rising&sort=change`}
          />
          <MoversTable
            title="Risk down since the as-of date before"
            tenantId={tenantId}
            accounts={props.fallen}
            total={movers.downCount}
            allLink={`${path}?change=falling&sort=change&order=asc`}
          />
        </div>
      )}
      <RenewalsSection tenantId={tenantId} renewals={props.renewals} atRisk={props.renewingAtRisk} />
      <LeftAccountsSection
        tenantId={tenantId}
        left={props.left}
        churn={churn}
        listed={{ accounts, highCount: byBand.high + byBand.critical }}
      />
    </Layout>
  );
}
