with daily as (
  select
    tenant_id,
    account_id,
    activity_date,
    activity_kind,
    event_count,
    cast(quantity as decimal(38, 3)) as quantity
  from "analytics"."account_daily_activity"
  union all
  select
    tenant_id,
    account_id,
    activity_date,
    'any' as activity_kind,
    cast(sum(event_count) as bigint) as event_count,
    sum(cast(quantity as decimal(38, 3))) as quantity
  from "analytics"."account_daily_activity"
  group by 1, 2, 3
),

dated as (
  select
    daily.*,
    daily.activity_date + cast(1 + (weeks.weekday + 6 - (daily.activity_date - date '1970-01-05') % 7) % 7 as integer) as week_end_date,
    (daily.activity_date - date '1970-01-05') % 7 >= 5 as is_weekend
  from daily
  inner join "intermediate"."int_tenant_weeks" as weeks on weeks.tenant_id = daily.tenant_id
)

select
  tenant_id,
  account_id,
  activity_kind,
  week_end_date,
  cast(sum(event_count) as bigint) as event_count,
  cast(sum(quantity) as decimal(38, 3)) as quantity,
  cast(count(*) as bigint) as active_days,
  cast(sum(case when is_weekend then event_count else 0 end) as bigint) as weekend_event_count,
  min(activity_date) as first_active_date,
  max(activity_date) as last_active_date
from dated
group by 1, 2, 3, 4
