with sources as (
  select
    tenant_id,
    source,
    min(feed_date) as first_feed_date,
    max(feed_date) as last_feed_date
  from "intermediate"."int_feed_days"
  group by 1, 2
),

days as (
  select
    sources.tenant_id,
    sources.source,
    sources.first_feed_date,
    sources.last_feed_date,
    days.newest_date + cast(-numbers.n as integer) as feed_date,
    days.newest_date + cast(-numbers.n as integer) >= days.first_new_date as is_new
  from sources
  inner join "intermediate"."int_new_days" as days on days.tenant_id = sources.tenant_id
  cross join (select n from (values (0), (1), (2), (3), (4), (5), (6)) as numbers(n)) as numbers
),

past as (
  select
    days.tenant_id,
    days.source,
    days.feed_date,
    coalesce(earlier.row_count, 0) as row_count
  from days
  cross join (select n from (values (0), (1), (2), (3), (4), (5), (6), (7)) as numbers(n)) as weeks
  left join "intermediate"."int_feed_days" as earlier
    on earlier.tenant_id = days.tenant_id
    and earlier.source = days.source
    and earlier.feed_date = days.feed_date + cast(-7 * (weeks.n + 1) as integer)
  where days.feed_date + cast(-7 * (weeks.n + 1) as integer) between days.first_feed_date and days.last_feed_date
),

medians as (
  select
    tenant_id,
    source,
    feed_date,
    count(*) as week_count,
    cast(median(row_count) as double) as median_count,
    min(row_count) as lowest_count,
    max(row_count) as highest_count
  from past
  group by 1, 2, 3
),

spreads as (
  select
    past.tenant_id,
    past.source,
    past.feed_date,
    cast(median(abs(past.row_count - medians.median_count)) as double) as spread
  from past
  inner join medians
    on medians.tenant_id = past.tenant_id
    and medians.source = past.source
    and medians.feed_date = past.feed_date
  group by 1, 2, 3
),

beside as (
  select
    days.tenant_id,
    days.source,
    days.feed_date,
    days.is_new,
    cast(coalesce(today.row_count, 0) as bigint) as row_count,
    cast(medians.week_count as integer) as week_count,
    medians.median_count,
    spreads.spread,
    cast(medians.lowest_count as bigint) as lowest_count,
    cast(medians.highest_count as bigint) as highest_count
  from days
  inner join medians
    on medians.tenant_id = days.tenant_id
    and medians.source = days.source
    and medians.feed_date = days.feed_date
  inner join spreads
    on spreads.tenant_id = days.tenant_id
    and spreads.source = days.source
    and spreads.feed_date = days.feed_date
  left join "intermediate"."int_feed_days" as today
    on today.tenant_id = days.tenant_id
    and today.source = days.source
    and today.feed_date = days.feed_date
),

seasons as (
  select
    source,
    feed_date,
    cast(median(row_count / median_count) as double) as season_level
  from beside
  where median_count >= 20 / 2
  group by 1, 2
  having count(*) >= 8
)

select
  beside.tenant_id,
  beside.source,
  beside.feed_date,
  beside.is_new,
  beside.row_count,
  beside.week_count,
  beside.median_count,
  beside.spread,
  beside.lowest_count,
  beside.highest_count,
  least(1, greatest(0.25, coalesce(seasons.season_level, 1))) as season
from beside
left join seasons
  on seasons.source = beside.source
  and seasons.feed_date = beside.feed_date
