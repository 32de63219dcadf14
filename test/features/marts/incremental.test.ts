import { expect, it } from 'vitest';
import { asOfRequests, backfills, RAW_TABLES, tenantSettings } from '../../../features/ingest/raw-tables.ts';
import { buildMarts } from '../../../features/marts/build-marts.ts';
import { readMartsManifest } from '../../../features/marts/marts-manifest.ts';
import { defaultSettings } from '../../../features/settings/default-settings.ts';
import type { EmbeddedWarehouse, TableDefinition } from '../../../features/warehouse/warehouse.ts';
import { createRandom } from '../../../stats/seeded-random.ts';
import { append, merge, openRawLayer, type Row, rowsOf } from './small-raw-layer.ts';

/*
 * A night that builds on the last one leaves what a full build would make: every row of every mart, after each night, whatever
 * arrived in between and in whatever order. One warehouse is built night by night, another anew each time.
 */
const DAY_MS = 86_400_000;
const FIRST_DAY = Date.parse('2025-12-01');
const DAYS = 190;
const TENANTS = 4;
const NIGHTS = 7;
const TABLES = ['accounts', 'subscriptions', 'support_tickets', 'platform_events', 'currency_rates'] as const;
type Table = (typeof TABLES)[number];
interface Arriving {
  readonly table: Table;
  readonly row: Row;
}

it.each([11, 12, 13])(
  'builds like a full build, night after night (seed %d)',
  {
    timeout: 300_000,
  },
  async (seed) => {
    const random = createRandom(seed);
    const whole = (below: number): number => Math.floor(random.next() * below);
    const one = <T>(...values: readonly T[]): T => values[whole(values.length)]!;
    const iso = (day: number): string => new Date(FIRST_DAY + day * DAY_MS).toISOString().slice(0, 19);
    const waiting = madeUpRows();

    const [nightly, anew] = [await openRawLayer({ backfills: [] }), await openRawLayer({ backfills: [] })];
    const both = async (change: (warehouse: EmbeddedWarehouse) => Promise<unknown>) => {
      await change(nightly);
      await change(anew);
    };
    let kept = 0;
    let day = 90;
    for (let night = 0; night < NIGHTS; night++, day += one(1, 1, 2, 7, 20)) {
      // Night 0 brings the history, a declared back-fill; later ones bring what arrived since, late rows included.
      const arrived = take(({ row }) => String(row.loaded_at) < iso(day));
      if (night === 0) await both((warehouse) => declare(warehouse, '*', iso(-1), iso(day)));
      await both((warehouse) => load(warehouse, arrived));
      if (night > 0) await disturb(both, night);

      const reasons: (string | null)[] = [];
      await buildMarts(nightly, { onStart: (reason) => void reasons.push(reason) });
      await buildMarts(anew, { full: true });
      expect(reasons).toEqual([night === 0 ? 'nothing was built before' : null]);
      for (const { schema, name } of martsAndSlicedTables())
        expect(await sortedRows(nightly, schema, name), `${name} in night ${night}`).toEqual(
          await sortedRows(anew, schema, name),
        );
      const dates = await rowsOf(nightly, 'analytics', 'tenant_as_of_dates');
      const rebuilt = await rowsOf(nightly, 'intermediate', 'int_rebuilt_dates');
      if (dates.length > rebuilt.length) kept++;
    }
    // Else this would only show that a full build equals itself.
    expect(kept).toBeGreaterThan(1);

    function take(isTaken: (arriving: Arriving) => boolean): Arriving[] {
      const taken = waiting.filter(isTaken);
      for (const arriving of taken) waiting.splice(waiting.indexOf(arriving), 1);
      return taken;
    }

    /** Something that nights do not usually bring. */
    async function disturb(to: typeof both, night: number): Promise<void> {
      const tenant = `t${whole(TENANTS)}`;
      const now = iso(day - 0.5);
      switch (
        night === 1
          ? 'an ordinary night'
          : one('back-fill', 'old load', 'settings', 'erasure', 'request', 'again', 'rate')
      ) {
        case 'back-fill': {
          // An old month of one tenant, declared, and with it one table's rows of last night.
          const rows = Array.from({ length: 20 }, () => event(tenant, 20 + whole(30), now));
          await to((warehouse) => load(warehouse, rows));
          await to((warehouse) => declare(warehouse, tenant, now, now));
          break;
        }
        case 'old load': {
          // A file that says itself when its rows were loaded: weeks ago.
          const rows = Array.from({ length: 10 }, () => {
            const happened = 40 + whole(40);
            return event(tenant, happened, iso(happened + 1 + whole(5)));
          });
          await to((warehouse) => load(warehouse, rows));
          break;
        }
        case 'settings': {
          const row = {
            tenant_id: tenant,
            churn_definition: one(null, 'contractual', 'inactivity', 'both'),
            silent_days: one(null, 20, 45),
            grace_days: one(null, 0, 7),
            arrival_hours: one(null, 6),
          };
          await to((warehouse) => merge(warehouse, tenantSettings, [row]));
          break;
        }
        case 'erasure': {
          const gone = `tenant_id = '${tenant}' and account_id = 'a${whole(3)}'`;
          for (const table of ['accounts', 'subscriptions', 'support_tickets', 'platform_events'])
            await to((warehouse) =>
              warehouse.transform([
                {
                  relation: { schema: 'raw', name: table },
                  as: 'table',
                  sql: `select * from raw.${table} where not (${gone})`,
                },
              ]),
            );
          break;
        }
        case 'request': {
          const as_of_date = iso(60 + whole(25)).slice(0, 10);
          await to((warehouse) => merge(warehouse, asOfRequests, [{ as_of_date }]));
          break;
        }
        case 'again': {
          // The same events once more, as an export that overlaps the last one brings them.
          const again = Array.from({ length: 5 }, () => event(tenant, day - 3, now));
          await to((warehouse) => load(warehouse, [...again, ...again]));
          break;
        }
        case 'rate': {
          const row = { currency: 'usd', rate: 1 + random.next(), valid_from: iso(50), loaded_at: now };
          await to((warehouse) => load(warehouse, [{ table: 'currency_rates', row }]));
          await to((warehouse) => declare(warehouse, '*', now, now, ['currency_rates']));
          break;
        }
      }
    }

    function event(tenant_id: string, happened: number, loaded_at: string): Arriving {
      const row = {
        event_id: `e${whole(1e9)}`,
        tenant_id,
        account_id: `a${whole(3)}`,
        user_id: one('ann', 'bob', null),
        event_type: one('login', 'email_sent', 'report_viewed', 'unheard_of'),
        event_time: iso(happened + random.next() * 0.99),
        quantity: one(null, 1, 2.5),
        loaded_at,
      };
      return { table: 'platform_events', row };
    }

    function madeUpRows(): Arriving[] {
      const rows: Arriving[] = [];
      /** When a row arrives: mostly at once, now and then weeks later. */
      const arrival = (time: number): string => iso(time + 0.01 + (random.next() < 0.1 ? whole(40) : 0));
      const add = (table: Table, row: Row) => void rows.push({ table, row });
      for (const currency of ['eur', 'usd'])
        add('currency_rates', { currency, rate: 1 + random.next(), valid_from: iso(0), loaded_at: iso(0) });
      for (let tenant = 0; tenant < TENANTS; tenant++) {
        const tenant_id = `t${tenant}`;
        // The last tenant becomes a customer of the platform late.
        const joined = tenant === TENANTS - 1 ? 110 : 0;
        add('accounts', {
          tenant_id: 'platform',
          account_id: tenant_id,
          created_at: iso(joined),
          loaded_at: iso(joined),
        });
        for (let number = 0; number < 3; number++) {
          const key = { tenant_id, account_id: `a${number}` };
          const created = whole(60);
          for (const time of [created, created + whole(120)])
            add('accounts', {
              ...key,
              segment: one('smb', 'mid'),
              created_at: iso(created),
              valid_from: one(iso(time), null),
              loaded_at: arrival(time),
            });
          const start = created + whole(20);
          for (const time of [start, start + whole(100), start + whole(150)])
            add('subscriptions', {
              ...key,
              subscription_id: `${tenant_id}-${number}`,
              plan: one('pro', 'max'),
              seats: 1 + whole(9),
              mrr: 10 * whole(20),
              currency: one('eur', 'usd'),
              started_at: iso(start),
              renews_at: one(null, iso(start + 30), iso(start + 365)),
              cancelled_at: one(null, null, null, iso(time)),
              valid_from: one(iso(time), null),
              loaded_at: arrival(time),
            });
          const opened = created + whole(100);
          add('support_tickets', {
            ...key,
            ticket_id: `${number}`,
            opened_at: iso(opened),
            severity: 'high',
            loaded_at: arrival(opened),
          });
          add('support_tickets', {
            ...key,
            ticket_id: `${number}`,
            opened_at: iso(opened),
            closed_at: iso(opened + 9),
            csat: 4,
            loaded_at: arrival(opened + 9),
          });
          for (let at = created; at < DAYS; at += random.next() * one(2, 6, 20)) {
            const arriving = event(tenant_id, at, arrival(at + 1));
            rows.push({ ...arriving, row: { ...arriving.row, account_id: key.account_id } });
          }
        }
      }
      return rows;
    }
  },
);

/** What people read, and the tables that are kept between builds. */
function martsAndSlicedTables(): { readonly schema: string; readonly name: string }[] {
  return readMartsManifest(defaultSettings()).models.filter(
    ({ schema, as }) => schema === 'analytics' || as === 'incremental',
  );
}

async function sortedRows(warehouse: EmbeddedWarehouse, schema: string, name: string): Promise<string[]> {
  return (await rowsOf(warehouse, schema, name)).map((row) => JSON.stringify(row)).sort();
}

async function load(warehouse: EmbeddedWarehouse, arrived: readonly Arriving[]): Promise<void> {
  for (const table of TABLES)
    await append(
      warehouse,
      definitionOf(table),
      arrived.flatMap((arriving) => (arriving.table === table ? [arriving.row] : [])),
    );
}

async function declare(
  warehouse: EmbeddedWarehouse,
  tenant_id: string,
  loaded_from: string,
  loaded_to: string,
  tables: readonly string[] = TABLES,
): Promise<void> {
  await merge(
    warehouse,
    backfills,
    tables.map((table_name) => ({ table_name, tenant_id, loaded_from, loaded_to })),
  );
}

function definitionOf(name: Table): TableDefinition {
  return RAW_TABLES.find(({ relation }) => relation.name === name)!;
}
