{#-
  One clock for all tenants: before this midnight their events are complete. The day of the last event is not over, unless
  rows were loaded after its end. Loads usually trail the events by so many days; a load that late after a midnight
  says that everything before it has come, be it nothing.
-#}
with loads as (
  select
    loading_days,
    sum(event_count) as event_count
  from {{ ref('int_event_arrivals') }}
  where loading_days is not null
  group by 1
),

running as (
  select
    loading_days,
    sum(event_count) over (order by loading_days) as events_so_far,
    sum(event_count) over () as all_events
  from loads
),

usual as (
  select min(loading_days) as loading_days
  from running
  where 100 * events_so_far >= {{ var('usual_percent') }} * all_events
),

last as (
  select
    max(last_event_date) as last_event_date,
    max(last_loaded_date) as last_loaded_date
  from {{ ref('int_event_arrivals') }}
),

clock as (
  select
    last.last_event_date,
    last.last_loaded_date,
    {{ add_days('last.last_loaded_date', '1 - greatest(usual.loading_days, 1)') }} as complete_date
  from last
  cross join usual
)

select
  last_event_date,
  last_loaded_date,
  -- Nothing for longer than a few quiet days is an outage until somebody says that it is not.
  cast(
    case
      when complete_date between last_event_date and {{ add_days('last_event_date', 1 + var('quiet_days')) }} then complete_date
      else last_event_date
    end as date
  ) as data_through
from clock
