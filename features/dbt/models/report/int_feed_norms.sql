{#-
  Each day of the newest week of each source beside the last eight of the same weekday: their median, their spread (the median distance from
  it), the lowest and the highest. A day without rows counts as 0 once the source has begun and
  until it has ended, so that a silence does not become what is usual. `season` is what the day is like for
  the platform's tenants together, such as between the years: the median of their shares of the usual. It only lowers what is
  expected, and not without limit, or the loss of half of everybody's rows would pass for a holiday.
-#}
with sources as (
  select
    tenant_id,
    source,
    min(feed_date) as first_feed_date,
    max(feed_date) as last_feed_date
  from {{ ref('int_feed_days') }}
  group by 1, 2
),

days as (
  select
    sources.tenant_id,
    sources.source,
    sources.first_feed_date,
    sources.last_feed_date,
    {{ add_days('days.newest_date', '-numbers.n') }} as feed_date,
    {{ add_days('days.newest_date', '-numbers.n') }} >= days.first_new_date as is_new
  from sources
  inner join {{ ref('int_new_days') }} as days on days.tenant_id = sources.tenant_id
  cross join ({{ numbers_below(7) }}) as numbers
),

past as (
  select
    days.tenant_id,
    days.source,
    days.feed_date,
    coalesce(earlier.row_count, 0) as row_count
  from days
  cross join ({{ numbers_below(8) }}) as weeks
  left join {{ ref('int_feed_days') }} as earlier
    on earlier.tenant_id = days.tenant_id
    and earlier.source = days.source
    and earlier.feed_date = {{ add_days('days.feed_date', '-7 * (weeks.n + 1)') }}
  where {{ add_days('days.feed_date', '-7 * (weeks.n + 1)') }} between days.first_feed_date and days.last_feed_date
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
  left join {{ ref('int_feed_days') }} as today
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
  where median_count >= {{ var('gate_least_rows') }} / 2
  group by 1, 2
  having count(*) >= {{ var('gate_least_tenants') }}
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
  least(1, greatest({{ var('gate_least_season') }}, coalesce(seasons.season_level, 1))) as season
from beside
left join seasons
  on seasons.source = beside.source
  and seasons.feed_date = beside.feed_date
