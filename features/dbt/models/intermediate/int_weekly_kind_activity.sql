with dated as (
  select
    activity.account_key,
    activity.activity_kind,
    weeks.week_end_date,
    greatest(activity.known_date, weeks.week_end_date) as known_date,
    activity.activity_date,
    activity.event_count,
    activity.is_first_known
  from {{ ref('int_daily_activity') }} as activity
  inner join {{ ref('int_tenant_weeks') }} as weeks
    on weeks.tenant_id = activity.tenant_id
    and weeks.activity_date = activity.activity_date
)

select
  account_key,
  activity_kind,
  week_end_date,
  known_date,
  cast(sum(event_count) as bigint) as event_count,
  cast(sum(case when is_first_known then 1 else 0 end) as bigint) as active_days,
  max(activity_date) as last_active_date
from dated
group by 1, 2, 3, 4
