with daily as (
  select
    activity.tenant_id,
    activity.account_key,
    activity.activity_date,
    activity.known_date,
    cast(sum(activity.event_count) as bigint) as event_count,
    cast(sum(activity.quantity) as decimal(38, 3)) as quantity
  from "intermediate"."int_daily_activity" as activity
  inner join "intermediate"."int_changed_days" as days
    on days.tenant_id = activity.tenant_id
    and days.activity_date = activity.activity_date
  group by 1, 2, 3, 4
)

select
  *,
  known_date = min(known_date) over (partition by account_key, activity_date) as is_first_known
from daily
