with daily as (
  select
    tenant_id,
    account_id,
    user_id,
    activity_date,
    activity_kind
  from {{ ref('int_user_daily_activity') }}
  where user_id is not null
),

dated as (
  select
    daily.*,
    {{ week_end('daily.activity_date', 'weeks.weekday') }} as week_end_date
  from daily
  inner join {{ ref('int_tenant_weeks') }} as weeks on weeks.tenant_id = daily.tenant_id
)

select distinct tenant_id, account_id, activity_kind, user_id, week_end_date
from dated
union all
select distinct tenant_id, account_id, 'any' as activity_kind, user_id, week_end_date
from dated
