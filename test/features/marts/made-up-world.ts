import { createRandom, type Random } from '../../../stats/seeded-random.ts';
import type { Row } from './small-raw-layer.ts';

/*
 * Raw rows as platforms send them: in-place updates, late rows, corrections and declared back-fills, several
 * subscriptions at once, currencies, and bills that pause.
 */

export const MADE_UP_TABLES = [
  'accounts',
  'subscriptions',
  'support_tickets',
  'platform_events',
  'currency_rates',
] as const;

export type MadeUpWorld = Record<(typeof MADE_UP_TABLES)[number] | 'tenant_settings' | 'backfills', Row[]>;

export interface MadeUpWorldOptions {
  readonly seed: number;
  /** Of four accounts each. Their ids are `t0`, `t1` and so on. */
  readonly tenants: number;
  /** Nothing happens on this day or later; 42 weeks lie before it. */
  readonly end: string;
}

const DAY_MS = 86_400_000;
const DAYS = 294;

export function madeUpWorld({ seed, tenants, end }: MadeUpWorldOptions): MadeUpWorld {
  return new WorldMaker(createRandom(seed), Date.parse(end) - DAYS * DAY_MS, end).make(tenants);
}

/** Says when what happened at a time was loaded. */
type Loading = (time: number) => string;

class WorldMaker {
  readonly #random: Random;
  readonly #firstDay: number;
  readonly #end: string;
  readonly #world: MadeUpWorld = {
    accounts: [],
    subscriptions: [],
    support_tickets: [],
    platform_events: [],
    currency_rates: [],
    tenant_settings: [],
    backfills: [],
  };

  constructor(random: Random, firstDay: number, end: string) {
    this.#random = random;
    this.#firstDay = firstDay;
    this.#end = end;
  }

  make(tenants: number): MadeUpWorld {
    for (const currency of ['eur', 'usd', 'jpy'])
      for (const day of [0, 90, 180]) {
        const valid_from = this.#firstDay + day * DAY_MS;
        const loaded_at = iso(this.#arrival(valid_from));
        this.#world.currency_rates.push({
          currency,
          rate: 1 + this.#random.next(),
          valid_from: iso(valid_from),
          loaded_at,
        });
      }
    for (let tenant = 0; tenant < tenants; tenant++) this.#addTenant(`t${tenant}`);
    return this.#world;
  }

  #addTenant(tenant_id: string): void {
    this.#world.tenant_settings.push({
      tenant_id,
      churn_definition: this.#one(null, null, 'contractual', 'inactivity', 'both'),
      grace_days: this.#one(null, 0, 7),
      silent_days: this.#one(null, 20, 45),
      reporting_currency: this.#one(null, 'usd'),
      arrival_hours: null,
      data_through: this.#end,
    });
    // History loaded at once, and declared so.
    const historyEnd = this.#firstDay + this.#whole(60) * DAY_MS;
    const historyLoaded = iso(historyEnd);
    for (const table_name of MADE_UP_TABLES.slice(0, 4))
      this.#world.backfills.push({
        table_name,
        tenant_id,
        loaded_from: historyLoaded,
        loaded_to: historyLoaded,
      });
    const loadedAt: Loading = (time) => (time < historyEnd ? historyLoaded : iso(this.#arrival(time)));
    for (let number = 0; number < 4; number++)
      this.#addAccount({ tenant_id, account_id: `a${number}` }, loadedAt);
  }

  #addAccount(key: AccountKey, loadedAt: Loading): void {
    const created = this.#moment(0, 60);
    const changes = [created, ...Array.from({ length: this.#whole(3) }, () => this.#moment(60, DAYS))];
    for (const time of changes)
      this.#world.accounts.push({
        ...key,
        segment: this.#one('smb', 'mid', 'large'),
        region: this.#one('emea', 'apac', null),
        created_at: iso(created),
        valid_from: time === created ? null : this.#one(iso(time), null),
        loaded_at: loadedAt(time),
      });
    const subscriptions = this.#one(0, 1, 1, 2);
    for (let number = 0; number < subscriptions; number++) this.#addSubscription(key, number, loadedAt);
    for (let number = this.#whole(4); number > 0; number--) this.#addTicket(key, number, loadedAt);
    this.#addEvents(key, loadedAt);
  }

  #addSubscription(key: AccountKey, number: number, loadedAt: Loading): void {
    const start = this.#moment(0, 90);
    const version = (time: number, more: Row = {}): void => {
      this.#world.subscriptions.push({
        ...key,
        subscription_id: `${key.tenant_id}-${key.account_id}-${number}`,
        product: this.#one('crm', 'calls'),
        plan: this.#one('pro', 'max'),
        seats: 1 + this.#whole(20),
        mrr: 10 * (1 + this.#whole(50)),
        currency: this.#one('eur', 'usd', 'jpy'),
        started_at: iso(start),
        renews_at: this.#one(iso(time + this.#one(30, 90, 365) * DAY_MS), null),
        valid_from: this.#one(iso(time), null),
        loaded_at: loadedAt(time),
        ...more,
      });
    };
    version(start);
    for (let change = this.#whole(4); change > 0; change--) version(this.#moment(90, DAYS));
    if (this.#random.next() < 0.15) version(this.#moment(90, DAYS), { seats: null, mrr: 0 });
    if (this.#random.next() < 0.4) {
      const end = this.#moment(100, DAYS);
      version(end, { cancelled_at: iso(end) });
    }
  }

  #addTicket(key: AccountKey, number: number, loadedAt: Loading): void {
    const opened = this.#moment(60, DAYS - 10);
    const ticket = { ...key, ticket_id: `${key.account_id}-${number}`, opened_at: iso(opened) };
    this.#world.support_tickets.push({
      ...ticket,
      severity: this.#one('high', 'low'),
      valid_from: this.#one(iso(opened), null),
      loaded_at: loadedAt(opened),
    });
    const closed = opened + this.#whole(20) * DAY_MS;
    this.#world.support_tickets.push({
      ...ticket,
      severity: 'low',
      valid_from: this.#one(iso(closed), null),
      closed_at: iso(closed),
      csat: this.#one(null, 1, 5),
      loaded_at: loadedAt(closed),
    });
  }

  #addEvents(key: AccountKey, loadedAt: Loading): void {
    const gap = this.#one(2, 5, 25);
    const stops = this.#one(DAYS, DAYS, 90 + this.#whole(150));
    for (let day = 60 * this.#random.next(); day < stops; day += this.#random.next() * 2 * gap) {
      const time = this.#firstDay + Math.floor(day * DAY_MS);
      this.#world.platform_events.push({
        ...key,
        user_id: this.#one('ann', 'bob', null),
        event_type: this.#one('login', 'email_sent', 'report_viewed', 'unheard_of'),
        event_time: iso(time),
        quantity: this.#one(null, 1, 2.5),
        loaded_at: loadedAt(time),
      });
    }
  }

  #whole(below: number): number {
    return Math.floor(this.#random.next() * below);
  }

  #one<T>(...values: readonly T[]): T {
    return values[this.#whole(values.length)]!;
  }

  #moment(fromDay: number, toDay: number): number {
    return this.#firstDay + Math.floor((fromDay + this.#random.next() * (toDay - fromDay)) * DAY_MS);
  }

  /** When a row arrives: mostly at once, now and then weeks later. */
  #arrival(time: number): number {
    return time + (this.#random.next() < 0.15 ? this.#whole(60) * DAY_MS : 0) + this.#whole(600) * 1000;
  }
}

interface AccountKey {
  readonly [column: string]: string;
  readonly tenant_id: string;
  readonly account_id: string;
}

function iso(time: number): string {
  return new Date(time).toISOString().slice(0, 19);
}
