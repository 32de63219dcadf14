import { DuckDBInstance } from '@duckdb/node-api';

export interface PlatformSize {
  readonly events: number;
  readonly accounts: number;
}

/** The UTC midnight that the first build runs after; the night brings what arrived in the day from here on. */
const LAST_MIDNIGHT = '2026-06-29';
const DAYS = 365;
/** Rows that arrived in the first so many days are a declared back-fill. */
const HISTORY_DAYS = 120;
const ACCOUNTS_A_TENANT = 100;

/** What arrived before the first build, and in the night after it. */
export const PARTS = ['before', 'night'] as const;
export type Part = (typeof PARTS)[number];

/**
 * Writes raw rows as platforms really send them to Parquet, `FOLDER/TABLE.PART.parquet`: some events arrive days late, some
 * twice, accounts, subscriptions and tickets change in place, and the first months came at once. Follows from its arguments.
 */
export async function writeMadeUpPlatform(folder: string, size: PlatformSize): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { memory_limit: '3GB', threads: '2' });
  const connection = await instance.connect();
  try {
    await connection.run(`set preserve_insertion_order = false; set temp_directory = '${folder}/spill'`);
    await connection.run(macros(size));
    await connection.run(`create table customers as ${customers(size)}`);
    for (const [table, rows] of Object.entries(tables(size)))
      for (const part of PARTS)
        await connection.run(
          `copy (select * from (${rows}) where loaded_at >= ${part === 'before' ? `timestamp '1970-01-01' and loaded_at < timestamp '${LAST_MIDNIGHT}'` : `timestamp '${LAST_MIDNIGHT}' and loaded_at < timestamp '${LAST_MIDNIGHT}' + interval 1 day`}) to '${folder}/${table}.${part}.parquet' (format parquet)`,
        );
  } finally {
    connection.disconnectSync();
    instance.closeSync();
  }
}

/** The declared back-fill: everything that arrived in the first months. */
export const backfillRows = {
  tables: ['platform_events', 'accounts', 'subscriptions', 'support_tickets'],
  loadedFrom: Date.parse(LAST_MIDNIGHT) - DAYS * 86_400_000,
  loadedTo: Date.parse(LAST_MIDNIGHT) - (DAYS - HISTORY_DAYS) * 86_400_000,
};

/** Draws that follow from a row's number and a salt: uniform in [0, 1), and moments of days. */
function macros({ accounts }: PlatformSize): string {
  return `
    create macro draw(row_number, salt) as (hash(hash(row_number, salt)) >> 11) / 9007199254740992.0;
    create macro moment(day) as timestamp '${LAST_MIDNIGHT}' - interval ${DAYS} day + to_microseconds(cast(day * 86400e6 as bigint));
    create macro tenant_of(account) as 'tenant-' || (account // ${ACCOUNTS_A_TENANT});
    create macro id_of(account) as 'account-' || account;
    create macro account_of(share) as cast(floor(power(share, 1.7) * ${accounts}) as bigint);
    create macro arrival(day, n, salt) as greatest(
      moment(day + draw(n, salt || ' delay') / 100 + case when draw(n, salt || ' late') < 0.02 then 1 + 30 * draw(n, salt || ' by') else 0 end),
      moment(case when day < ${HISTORY_DAYS} then ${HISTORY_DAYS} - 0.01 else 0 end));`;
}

/** From which day to which an account is there, and how much of a week it works. */
function customers({ accounts }: PlatformSize): string {
  return `
    select
      n as account,
      cast(floor(case when draw(n, 'born') < 0.5 then 0 else 300 * draw(n, 'birthday') end) as integer) as first_day,
      cast(case when draw(n, 'leaves') < 0.3 then 330 + 60 * draw(n, 'leaving') else 400 end as integer) as last_day,
      1 + cast(floor(12 * power(draw(n, 'seats'), 3)) as integer) as users
    from range(${accounts}) as accounts(n)`;
}

/** One SELECT a raw table, with loaded_at. */
function tables({ events }: PlatformSize): Readonly<Record<string, string>> {
  const owner = `tenant_of(account) as tenant_id, id_of(account) as account_id`;
  return {
    accounts: `
      select ${owner}, 'Company ' || account as name,
        ['small_business', 'mid_market', 'enterprise'][1 + cast(floor(3 * draw(account, 'segment' || version)) as integer)] as segment,
        ['emea', 'amer', 'apac'][1 + account % 3] as region, 'csm-' || cast(floor(9 * draw(account, 'owner' || version)) as integer) as owner,
        moment(first_day) as created_at, case when version > 0 then moment(changed_day) end as valid_from,
        arrival(changed_day, account, 'account' || version) as loaded_at
      from (select *, first_day + version * (20 + 150 * draw(account, 'change' || version)) as changed_day
            from customers cross join range(3) as versions(version))
      where version = 0 or (changed_day < ${DAYS + 1} and draw(account, 'changes' || version) < 0.3)
      union all
      select 'platform', tenant_of(account), tenant_of(account), 'mid_market', 'emea', 'csm', moment(0), null, arrival(0.0, account, 'tenant')
      from customers where account % ${ACCOUNTS_A_TENANT} = 0`,
    subscriptions: `
      select 'subscription-' || account || '-' || product as subscription_id, ${owner}, 'product-' || product as product,
        ['team', 'pro', 'max'][1 + account % 3] as plan, cast(users + version as bigint) as seats, 20.0 * (users + version) as mrr,
        'EUR' as currency, moment(first_day) as started_at,
        moment(first_day + 365 * (1 + (changed_day - first_day) // 365)) as renews_at,
        case when version = 3 and last_day < 400 then moment(last_day) end as cancelled_at,
        moment(changed_day) as valid_from, arrival(changed_day, account, 'subscription' || product || version) as loaded_at
      from (select *, case version when 0 then first_day when 3 then last_day else first_day + version * 60 * draw(account, 'price' || version) end as changed_day
            from customers cross join range(2) as products(product) cross join range(4) as versions(version))
      where (product = 0 or draw(account, 'second') < 0.2) and (version = 0 or changed_day < ${DAYS + 1})`,
    support_tickets: `
      select 'ticket-' || n as ticket_id, ${owner}, moment(opened_day) as opened_at,
        case when version = 1 then moment(changed_day) end as closed_at, ['low', 'high', 'urgent'][1 + n % 3] as severity,
        case when version = 1 then cast(1 + floor(5 * draw(n, 'csat')) as double) end as csat,
        moment(changed_day) as valid_from, arrival(changed_day, n, 'ticket' || version) as loaded_at
      from (select *, first_day + (least(last_day, ${DAYS}) - first_day) * draw(n, 'opened') as opened_day, opened_day + version * 9 * draw(n, 'closed') as changed_day
            from range(${Math.round(events / 50)}) as tickets(n) cross join range(2) as versions(version)
            inner join customers on customers.account = account_of(draw(n, 'ticket')))`,
    platform_events: `
      select 'event-' || n as event_id, ${owner}, 'user-' || account || '-' || cast(floor(users * power(draw(n, 'user'), 2)) as integer) as user_id,
        ['login', 'page_view', 'contact_updated', 'deal_updated', 'note_logged', 'email_sent', 'call_logged', 'meeting_logged', 'report_viewed', 'unheard_of'][
          1 + cast(floor(10 * power(draw(n, 'type'), 1.5)) as integer)] as event_type,
        moment(day) as event_time, case when draw(n, 'quantity') < 0.1 then 1 + floor(9 * draw(n, 'amount')) end as quantity,
        cast(null as json) as properties, arrival(day, n, 'event' || copy) + case when copy = 1 then interval 3 hour else interval 0 hour end as loaded_at
      from (select *, first_day + (least(last_day, ${DAYS + 1}) - first_day) * draw(n, 'moment') as day
            from range(${events}) as events(n) cross join range(2) as copies(copy)
            inner join customers on customers.account = account_of(draw(n, 'account')))
      where copy = 0 or draw(n, 'doubled') < 0.01`,
  };
}
