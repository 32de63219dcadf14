import { OPERATOR_TENANT } from '../../contract/tenant-id.ts';
import type { Account } from './account.ts';
import { accountEvents } from './account-events.ts';
import { uniform } from './draws.ts';
import { accountEngagement, tenantEngagement } from './engagement.ts';
import { midnight, workingMoment } from './moment.ts';
import type {
  AccountRow,
  BackfillRow,
  PlatformEventRow,
  SubscriptionRow,
  SupportTicketRow,
  TenantSettingsRow,
} from './raw-rows.ts';
import { subscriptionHistory } from './subscription-history.ts';
import { supportHistory } from './support-history.ts';
import type { Window } from './window.ts';
import type { TenantWorld } from './world.ts';

// What the world leaves in the raw layer. The platform is a tenant too: its accounts are the tenants.

export function* accountRows(world: readonly TenantWorld[]): Generator<AccountRow> {
  for (const { tenant, accounts, random } of world) {
    const draws = random.fork('account rows');
    yield {
      tenant_id: OPERATOR_TENANT,
      account_id: tenant.id,
      name: tenant.name,
      segment: segment(accounts.length, { midMarketFrom: 15, enterpriseFrom: 80 }),
      region: tenant.region,
      owner: `csm-${String(1 + draws.integer(9)).padStart(2, '0')}`,
      created_at: workingMoment(draws, tenant.region, tenant.bornDay),
    };
    for (const account of accounts)
      yield {
        ...keyOf(account),
        name: account.name,
        segment: segment(account.seats, { midMarketFrom: 8, enterpriseFrom: 20 }),
        region: account.region,
        owner: account.owner,
        created_at: workingMoment(draws, account.region, account.bornDay),
      };
  }
}

export function* subscriptionRows(world: readonly TenantWorld[], window: Window): Generator<SubscriptionRow> {
  for (const { tenant, accounts, random } of world) {
    const draws = random.fork('subscriptions');
    yield* subscriptionHistory(
      draws,
      {
        tenantId: OPERATOR_TENANT,
        accountId: tenant.id,
        contract: tenant.contract,
        seats: platformSeats(accounts),
        currency: tenant.currency,
        priceFactor: uniform(draws, { low: 0.9, high: 1.3 }),
        life: tenant.life,
        knownToDay: window.endDay,
      },
      window,
    );
    for (const account of accounts) {
      if (!account.contract) continue;
      yield* subscriptionHistory(
        draws,
        {
          tenantId: tenant.id,
          accountId: account.id,
          contract: account.contract,
          seats: account.seats,
          currency: tenant.currency,
          priceFactor: tenant.pricePerSeat,
          life: account.life,
          knownToDay: Math.min(tenant.life.leavesOnDay, window.endDay),
        },
        window,
      );
    }
  }
}

export function* ticketRows(world: readonly TenantWorld[], window: Window): Generator<SupportTicketRow> {
  for (const { tenant, accounts, random } of world) {
    const draws = random.fork('support tickets');
    yield* supportHistory(
      draws,
      {
        tenantId: OPERATOR_TENANT,
        accountId: tenant.id,
        region: tenant.region,
        bornDay: tenant.bornDay,
        life: tenant.life,
        observedToDay: Math.min(tenant.life.leavesOnDay, window.endDay),
        ticketsPerMonth: 0.15 * Math.sqrt(tenant.accountCount),
      },
      window,
    );
    for (const account of accounts)
      yield* supportHistory(
        draws,
        {
          tenantId: tenant.id,
          accountId: account.id,
          region: account.region,
          bornDay: account.bornDay,
          life: account.life,
          observedToDay: account.observedToDay,
          ticketsPerMonth: tenant.ticketsPerAccountMonth * Math.sqrt(account.seats / 4),
        },
        window,
      );
  }
}

/** Only tenants whose feed has ended need settings: their data stops with their departure. */
export function* settingsRows(world: readonly TenantWorld[], window: Window): Generator<TenantSettingsRow> {
  for (const { tenant } of world)
    if (tenant.life.leavesOnDay < window.endDay)
      yield {
        tenant_id: tenant.id,
        churn_definition: tenant.sellsSubscriptions ? 'contractual' : 'inactivity',
        eligible_days: 28,
        data_through: tenant.life.leavesOnDay,
      };
}

/** The whole history is there at once, so all of it is a declared back-fill. */
export function* backfillRows(window: Window): Generator<BackfillRow> {
  for (const table_name of ['accounts', 'subscriptions', 'support_tickets', 'platform_events'])
    yield {
      table_name,
      tenant_id: '*',
      loaded_from: midnight(window.startDay),
      loaded_to: midnight(window.endDay),
    };
}

export function* eventRows(
  world: readonly TenantWorld[],
  window: Window,
  onProgress?: (share: number) => void,
): Generator<PlatformEventRow> {
  for (const [index, { tenant, accounts, random }] of world.entries()) {
    const whole = tenantEngagement(random.fork('engagement'), tenant, window);
    for (const account of accounts) {
      const draws = random.fork(`events ${account.id}`);
      yield* accountEvents(draws, account, accountEngagement(draws, account, whole, window), window);
    }
    onProgress?.((index + 1) / world.length);
  }
}

function keyOf(account: Account): { readonly tenant_id: string; readonly account_id: string } {
  return { tenant_id: account.tenant.id, account_id: account.id };
}

/** The platform is paid per seat of the tenant's accounts, with a quarter off for those that idle. */
function platformSeats(accounts: readonly Account[]): number {
  return Math.ceil(0.75 * accounts.reduce((total, { seats }) => total + seats, 0));
}

function segment(
  size: number,
  from: { readonly midMarketFrom: number; readonly enterpriseFrom: number },
): string {
  if (size >= from.enterpriseFrom) return 'enterprise';
  return size >= from.midMarketFrom ? 'mid_market' : 'small_business';
}
