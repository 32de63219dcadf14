import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { contentKey } from './content-key.ts';
import type { PreparedSplit } from './prepared-split.ts';
import { withDuckDb } from './with-duckdb.ts';

const SET = 'online-retail';
const HORIZON_DAYS = 90;
/** The last day with purchases is cut short, so the last window closes before it. */
const DATA_THROUGH = '2011-12-09';
const TEST_AS_OF = `date '${DATA_THROUGH}' - ${HORIZON_DAYS}`;
/** Every fortnight; the last label window closes on the day of the test. */
const TRAINING_AS_OF_DATES = 8;
/** All of them lie within the data even for the first as-of date, so no row knows more history than another. */
const WINDOW_DAYS = [7, 14, 28, 56, 84] as const;

/**
 * Who bought nothing for 90 days, among those who bought in the 90 days before: recency, frequency and money of the time
 * before the as-of date. Training rows' label windows close before the test's as-of date.
 */
export async function prepareOnlineRetail(file: string, folder: string): Promise<readonly PreparedSplit[]> {
  const home = join(folder, `${SET}-${await contentKey([import.meta.filename, file])}`);
  const split: PreparedSplit = {
    set: SET,
    seed: 1,
    train: join(home, 'train.parquet'),
    test: join(home, 'test.parquet'),
    hasAsOf: true,
  };
  if (existsSync(split.test)) return [split];
  await mkdir(home, { recursive: true });
  await withDuckDb(async (connection) => {
    await connection.run(`
      create table line as
      select cast(cast(CustomerID as integer) as varchar) as account_id, InvoiceNo as invoice, StockCode as product,
             Country as country, Quantity as quantity, Quantity * UnitPrice as amount,
             InvoiceDate as bought_at, cast(InvoiceDate as date) as bought_on,
             InvoiceNo like 'C%' as is_return
      from read_parquet('${file}')
      where CustomerID is not null and UnitPrice > 0`);
    await connection.run(`
      create table as_of as
      select ${TEST_AS_OF} as as_of_date, true as is_test
      union all
      select ${TEST_AS_OF} - ${HORIZON_DAYS} - 14 * cast(step as integer), false
      from range(${TRAINING_AS_OF_DATES}) as steps (step)`);
    await connection.run(`create table account_features as ${featuresSql()}`);
    for (const [out, kept] of [
      [split.train, 'not is_test'],
      [split.test, 'is_test'],
    ] as const) {
      await connection.run(`
        copy (select * exclude (is_test) from account_features where ${kept} order by as_of_date, account_id)
        to '${out}.partial' (format parquet)`);
      await rename(`${out}.partial`, out);
    }
  });
  return [split];
}

function featuresSql(): string {
  const within = (days: number, also = '') => `filter (not is_return and age_days <= ${days}${also})`;
  const windows = WINDOW_DAYS.flatMap((days) => [
    `count(distinct invoice) ${within(days)} as orders_${days}d`,
    `count(distinct bought_on) ${within(days)} as active_days_${days}d`,
    `coalesce(sum(amount) ${within(days)}, 0) as spend_${days}d`,
    `coalesce(sum(quantity) ${within(days)}, 0) as items_${days}d`,
    `count(distinct product) ${within(days)} as products_${days}d`,
    `coalesce(-sum(amount) filter (is_return and age_days <= ${days}), 0) as returned_${days}d`,
  ]);
  return `
    with before as (
      select as_of_date, is_test, line.*, as_of_date - bought_on as age_days
      from as_of join line on bought_on < as_of_date and bought_on >= as_of_date - ${HORIZON_DAYS}
    ),
    facts as (
      select
        account_id, as_of_date, is_test,
        arg_max(country, bought_at) as country,
        min(age_days) ${within(HORIZON_DAYS)} as days_since_last_order,
        max(age_days) ${within(HORIZON_DAYS)} as days_since_first_order_of_90d,
        ${windows.join(',\n        ')},
        max(age_days) ${within(84)} - min(age_days) ${within(84)} as days_first_to_last_order_84d,
        max(amount) ${within(84)} as largest_line_84d,
        median(amount) ${within(84)} as median_line_84d
      from before group by account_id, as_of_date, is_test
    ),
    buyers as (select * from facts where days_since_last_order is not null),
    later as (
      select distinct as_of_date, account_id
      from as_of join line on not is_return and bought_on >= as_of_date and bought_on < as_of_date + ${HORIZON_DAYS}
    )
    select
      buyers.account_id, buyers.as_of_date, buyers.* exclude (account_id, as_of_date, is_test),
      spend_84d / nullif(orders_84d, 0) as spend_per_order_84d,
      items_84d / nullif(orders_84d, 0) as items_per_order_84d,
      days_first_to_last_order_84d / nullif(active_days_84d - 1, 0) as days_between_orders_84d,
      orders_28d - (orders_56d - orders_28d) as orders_change_28d,
      spend_28d - (spend_56d - spend_28d) as spend_change_28d,
      cast(later.account_id is null as tinyint) as churned,
      is_test
    from buyers left join later using (account_id, as_of_date)`;
}
