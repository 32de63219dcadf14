with loads as (
  select
    loading_days,
    sum(event_count) as event_count
  from "intermediate"."int_event_arrivals"
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
  where 100 * events_so_far >= 95 * all_events
),

last as (
  select
    max(last_event_date) as last_event_date,
    max(last_loaded_date) as last_loaded_date
  from "intermediate"."int_event_arrivals"
),

clock as (
  select
    last.last_event_date,
    last.last_loaded_date,
    last.last_loaded_date + cast(1 - greatest(usual.loading_days, 1) as integer) as complete_date
  from last
  cross join usual
)

select
  last_event_date,
  last_loaded_date,
  -- Nothing for longer than a few quiet days is an outage until somebody says that it is not.
  cast(
    case
      when complete_date between last_event_date and last_event_date + cast(5 as integer) then complete_date
      else last_event_date
    end as date
  ) as data_through
from clock
