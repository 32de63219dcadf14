import { OPERATOR_TENANT } from '../../contract/tenant-id.ts';
import type { Account } from './account.ts';
import { accountEvents } from './account-events.ts';
import { accountHistory } from './account-history.ts';
import { uniform } from './draws.ts';
import { accountEngagement, tenantEngagement } from './engagement.ts';
import { deliveredEvents } from './event-delivery.ts';
import { withMistakenCents } from './mistaken-cents.ts';
import { ARRIVAL_HOURS, firstLoad } from './nightly-load.ts';
import type {
  AccountRow,
  BackfillRow,
  PlatformEventRow,
  SubscriptionRow,
  SupportTicketRow,
  TenantSettingsRow,
} from './raw-rows.ts';
import { mainContract, type Subscriber, subscriptionHistory } from './subscription-history.ts';
import { supportHistory } from './support-history.ts';
import type { Tenant } from './tenant.ts';
import type { Window } from './window.ts';
import type { TenantWorld } from './world.ts';

// What the world leaves in the raw layer. The platform is a tenant too: its accounts are the tenants.

export function* accountRows(world: readonly TenantWorld[], window: Window): Generator<AccountRow> {
  for (const { tenant, accounts, random } of world) {
    const draws = random.fork('account rows');
    const owner = `csm-${String(1 + draws.integer(9)).padStart(2, '0')}`;
    yield* accountHistory(
      draws.fork(tenant.id),
      {
        tenantId: OPERATOR_TENANT,
        accountId: tenant.id,
        name: tenant.name,
        region: tenant.region,
        owner,
        owners: Array.from({ length: 9 }, (_, number) => `csm-0${number + 1}`),
        bornDay: tenant.bornDay,
        sizes: [{ from: 0, size: accounts.length }],
        segments: { midMarketFrom: 15, enterpriseFrom: 80 },
        leavesOnDay: tenant.life.leavesOnDay,
        knownToDay: window.endDay,
      },
      window,
    );
    for (const account of accounts)
      yield* accountHistory(
        draws.fork(account.id),
        {
          tenantId: tenant.id,
          accountId: account.id,
          name: account.name,
          region: account.region,
          owner: account.owner,
          owners: tenant.owners,
          bornDay: account.bornDay,
          sizes: sizesOf(account, random, window),
          segments: { midMarketFrom: 8, enterpriseFrom: 20 },
          leavesOnDay: account.life.leavesOnDay,
          knownToDay: feedEnd(tenant, window),
        },
        window,
      );
  }
}

/** @param mistakenCents lets one tenant's export give prices in cents for a while */
export function* subscriptionRows(
  world: readonly TenantWorld[],
  window: Window,
  mistakenCents: boolean,
): Generator<SubscriptionRow> {
  const mistaken = mistakenCents ? world.find(({ tenant }) => sellsToTheEnd(tenant, window)) : undefined;
  for (const { tenant, accounts, random } of world) {
    const draws = random.fork('subscriptions');
    const ofTenant: Subscriber = {
      tenantId: OPERATOR_TENANT,
      accountId: tenant.id,
      contract: tenant.contract,
      seats: platformSeats(accounts),
      currency: tenant.currency,
      priceFactor: uniform(draws, { low: 0.9, high: 1.3 }),
      life: tenant.life,
      knownToDay: window.endDay,
    };
    yield* subscriptionHistory(draws.fork(tenant.id), ofTenant, window);
    for (const account of accounts) {
      const subscriber = subscriberOf(account, window);
      if (subscriber === null) continue;
      const rows = subscriptionHistory(draws.fork(account.id), subscriber, window);
      yield* tenant === mistaken?.tenant ? withMistakenCents(rows, window, subscriber.knownToDay) : rows;
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
        knownToDay: window.endDay,
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
          knownToDay: feedEnd(tenant, window),
          ticketsPerMonth: tenant.ticketsPerAccountMonth * Math.sqrt(account.seats / 4),
        },
        window,
      );
  }
}

/** Loads arrive in the night after; and the data of a tenant that leaves stop on that day. */
export function* settingsRows(world: readonly TenantWorld[], window: Window): Generator<TenantSettingsRow> {
  const nightly = {
    churn_definition: null,
    reporting_currency: null,
    arrival_hours: ARRIVAL_HOURS,
    data_through: null,
  };
  yield { tenant_id: OPERATOR_TENANT, ...nightly, churn_definition: 'contractual' };
  for (const { tenant } of world)
    yield {
      ...nightly,
      tenant_id: tenant.id,
      churn_definition: churnDefinition(tenant),
      reporting_currency: tenant.currencyAbroad === tenant.currency ? null : tenant.currency,
      data_through: tenant.life.leavesOnDay < window.endDay ? tenant.life.leavesOnDay : null,
    };
}

/** The first night is history, and so is what somebody brought in after an outage of the feed. */
export function* backfillRows(world: readonly TenantWorld[], window: Window): Generator<BackfillRow> {
  for (const table_name of ['accounts', 'subscriptions'])
    yield { table_name, tenant_id: '*', loaded_from: firstLoad(window), loaded_to: firstLoad(window) };
  for (const { tenant } of world)
    if (tenant.outage?.isDeclared)
      yield {
        table_name: 'platform_events',
        tenant_id: tenant.id,
        loaded_from: tenant.outage.deliveredAt,
        loaded_to: tenant.outage.deliveredAt,
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
      const events = accountEvents(draws, account, accountEngagement(draws, account, whole, window), window);
      yield* deliveredEvents(draws.fork('delivery'), account, events, feedEnd(tenant, window));
    }
    onProgress?.((index + 1) / world.length);
  }
}

function sellsToTheEnd({ sellsSubscriptions, life }: Tenant, window: Window): boolean {
  return sellsSubscriptions && life.leavesOnDay >= window.endDay;
}

/** Nothing at or after this day is known of a tenant's accounts. */
function feedEnd({ life }: Tenant, window: Window): number {
  return Math.min(life.leavesOnDay, window.endDay);
}

function subscriberOf(account: Account, window: Window): Subscriber | null {
  const { tenant, contract, seats, currency, life } = account;
  if (contract === null) return null;
  return {
    tenantId: tenant.id,
    accountId: account.id,
    contract,
    seats,
    currency,
    priceFactor: tenant.pricePerSeat,
    life,
    knownToDay: feedEnd(tenant, window),
  };
}

/** Seats by time: the same draws as the contract's own, so that segments and seats agree. */
function sizesOf(account: Account, random: TenantWorld['random'], window: Window) {
  const subscriber = subscriberOf(account, window);
  const unchanged = [{ from: 0, size: account.seats }];
  if (subscriber === null || subscriber.contract.startsOnDay >= subscriber.knownToDay) return unchanged;
  const draws = random.fork('subscriptions').fork(account.id).fork('contract');
  return mainContract(draws, subscriber, window).map(({ from, seats }) => ({ from, size: seats! }));
}

function churnDefinition({ sellsSubscriptions, freeShare }: Tenant): TenantSettingsRow['churn_definition'] {
  if (!sellsSubscriptions) return 'inactivity';
  return freeShare > 0 ? 'both' : 'contractual';
}

/** The platform is paid per seat of the tenant's accounts, with a quarter off for those that idle. */
function platformSeats(accounts: readonly Account[]): number {
  return Math.ceil(0.75 * accounts.reduce((total, { seats }) => total + seats, 0));
}
