with dated as (
  select
    active_days.account_key,
    weeks.week_end_date,
    greatest(active_days.known_date, weeks.week_end_date) as known_date,
    active_days.activity_date,
    active_days.event_count,
    active_days.quantity,
    active_days.is_first_known,
    (active_days.activity_date - date '1970-01-05') % 7 >= 5 as is_weekend
  from "intermediate"."int_active_days" as active_days
  inner join "intermediate"."int_tenant_weeks" as weeks
    on weeks.tenant_id = active_days.tenant_id
    and weeks.activity_date = active_days.activity_date
)

select
  account_key,
  week_end_date,
  known_date,
  cast(sum(event_count) as bigint) as event_count,
  cast(sum(quantity) as decimal(38, 3)) as quantity,
  cast(sum(case when is_first_known then 1 else 0 end) as bigint) as active_days,
  cast(sum(case when is_weekend then event_count else 0 end) as bigint) as weekend_event_count,
  min(activity_date) as first_active_date,
  max(activity_date) as last_active_date
from dated
group by 1, 2, 3
