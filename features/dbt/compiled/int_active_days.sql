with daily as (
  select
    account_key,
    activity_date,
    cast(sum(event_count) as bigint) as event_count,
    cast(sum(quantity) as decimal(38, 3)) as quantity
  from "intermediate"."int_daily_activity"
  group by 1, 2
)

select
  account_key,
  activity_date,
  event_count,
  quantity,
  lag(activity_date) over (partition by account_key order by activity_date) as previous_activity_date
from daily
