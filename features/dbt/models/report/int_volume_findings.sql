{#- What came, beside what usually comes: too little, too much, nothing for a day, nothing any more. -#}
with norms as (
  select
    *,
    median_count * season as expected_count,
    -- The distance that counts as noise: of the past, and of counting alone.
    {{ var('gate_volume_deviations') }} * greatest(1.4826 * spread * season, sqrt(median_count * season)) as low_noise,
    {{ var('gate_volume_deviations') }} * greatest(1.4826 * spread, sqrt(median_count)) as high_noise
  from {{ ref('int_feed_norms') }}
  where week_count >= {{ var('gate_least_weeks') }}
),

low as (
  select
    *,
    row_number() over (partition by tenant_id, source order by row_count / expected_count, feed_date) as place
  from norms
  where is_new
    and row_count > 0
    and median_count >= {{ var('gate_least_rows') }}
    and row_count < lowest_count * season
    and (
      expected_count - row_count > low_noise
      -- A tenant that grows has a wide past; a fall to next to nothing is none of it.
      or (median_count >= 2 * {{ var('gate_least_rows') }} and row_count < {{ var('gate_least_left') }} * expected_count)
    )
),

high as (
  select
    *,
    row_number() over (partition by tenant_id, source order by row_count / median_count desc, feed_date) as place
  from norms
  where is_new
    and median_count >= {{ var('gate_least_rows') }}
    and row_count > highest_count
    and row_count - median_count > high_noise
),

event_days as (
  select
    norms.*,
    max(case when norms.row_count > 0 then norms.feed_date end) over (partition by norms.tenant_id) as last_new_event_date
  from norms
  where norms.source = 'platform_events'
),

last_events as (
  select
    tenant_id,
    max(feed_date) as last_event_date
  from {{ ref('int_feed_days') }}
  where source = 'platform_events'
  group by 1
),

-- A day that never was without events before.
missing as (
  select
    tenant_id,
    count(*) as day_count,
    min(feed_date) as first_date,
    max(feed_date) as last_date,
    sum(median_count) as usual_count
  from event_days
  where is_new
    and row_count = 0
    and lowest_count > 0
    and feed_date < last_new_event_date
    and median_count >= {{ var('gate_least_rows') }}
  group by 1
),

silent as (
  select
    event_days.tenant_id,
    max(last_events.last_event_date) as last_event_date,
    max(event_days.feed_date) as newest_date,
    sum(event_days.median_count) as usual_count,
    count(case when event_days.lowest_count > 0 then 1 end) as day_count
  from event_days
  inner join last_events on last_events.tenant_id = event_days.tenant_id
  where event_days.feed_date > last_events.last_event_date
  group by 1
),

sources as (
  select
    days.tenant_id,
    days.source,
    max(days.feed_date) as last_date,
    count(*) as day_count,
    min(days.feed_date) as first_date,
    max(new_days.newest_date) as newest_date
  from {{ ref('int_feed_days') }} as days
  inner join {{ ref('int_new_days') }} as new_days on new_days.tenant_id = days.tenant_id
  where days.source <> 'platform_events'
  group by 1, 2
),

platform_days as (
  select distinct source, feed_date
  from {{ ref('int_feed_days') }}
  where source <> 'platform_events'
),

platform_sources as (
  select
    source,
    max(feed_date) as last_date,
    count(*) as day_count,
    min(feed_date) as first_date
  from platform_days
  group by 1
),

-- How unlikely the silence is, if days with and without rows follow each other as they did: the negative logarithm.
quiet as (
  select
    sources.tenant_id,
    sources.source,
    sources.newest_date - sources.last_date as silent_days,
    sources.last_date,
    sources.newest_date,
    cast(sources.last_date - sources.first_date + 1 as double) / sources.day_count as usual_days,
    -(sources.newest_date - sources.last_date)
      * ln(1 - cast(sources.day_count as double) / (sources.last_date - sources.first_date + 2)) as surprise,
    -(sources.newest_date - platform_sources.last_date)
      * ln(1 - cast(platform_sources.day_count as double) / (platform_sources.last_date - platform_sources.first_date + 2))
      as platform_surprise,
    sources.day_count
  from sources
  inner join platform_sources on platform_sources.source = sources.source
)

select
  tenant_id,
  source as reason,
  {{ finding('low_volume', 'round(expected_count) - row_count', 'round(expected_count)', quantity='row_count', first_date='feed_date', last_date='feed_date') }}
from low
where place = 1
union all
select
  tenant_id,
  source as reason,
  {{ finding('high_volume', 'row_count - round(median_count)', 'round(median_count)', quantity='row_count', first_date='feed_date', last_date='feed_date') }}
from high
where place = 1
union all
select
  tenant_id,
  cast('platform_events' as varchar) as reason,
  {{ finding('missing_days', 'day_count', '7', quantity='usual_count', first_date='first_date', last_date='last_date') }}
from missing
union all
select
  tenant_id,
  cast('platform_events' as varchar) as reason,
  {{ finding('silent_tenant', 'day_count', '7', quantity='usual_count', first_date='last_event_date', last_date='newest_date') }}
from silent
where usual_count >= {{ var('gate_least_rows') }}
  and day_count > 0
union all
select
  tenant_id,
  source as reason,
  {{ finding('stale_source', 'silent_days', 'ceil(usual_days)', first_date='last_date', last_date='newest_date') }}
from quiet
where silent_days > 0
  and day_count >= {{ var('gate_least_load_days') }}
  and (surprise >= {{ var('gate_silence_surprise') }} or platform_surprise >= {{ var('gate_platform_silence_surprise') }})
