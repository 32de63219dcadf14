with daily as (
  select
    tenant_id,
    account_id,
    user_id,
    activity_date,
    activity_kind
  from "intermediate"."int_user_daily_activity"
  where user_id is not null
),

dated as (
  select
    daily.*,
    daily.activity_date + cast(1 + (weeks.weekday + 6 - (daily.activity_date - date '1970-01-05') % 7) % 7 as integer) as week_end_date
  from daily
  inner join "intermediate"."int_tenant_weeks" as weeks on weeks.tenant_id = daily.tenant_id
)

select distinct tenant_id, account_id, activity_kind, user_id, week_end_date
from dated
union all
select distinct tenant_id, account_id, 'any' as activity_kind, user_id, week_end_date
from dated
