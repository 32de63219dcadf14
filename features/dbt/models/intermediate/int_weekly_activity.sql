with daily as (
  select
    tenant_id,
    account_id,
    activity_date,
    activity_kind,
    event_count,
    cast(quantity as decimal(38, 3)) as quantity
  from {{ ref('account_daily_activity') }}
  union all
  select
    tenant_id,
    account_id,
    activity_date,
    'any' as activity_kind,
    cast(sum(event_count) as bigint) as event_count,
    sum(cast(quantity as decimal(38, 3))) as quantity
  from {{ ref('account_daily_activity') }}
  group by 1, 2, 3
),

dated as (
  select
    daily.*,
    {{ week_end('daily.activity_date', 'weeks.weekday') }} as week_end_date,
    (daily.activity_date - date '1970-01-05') % 7 >= 5 as is_weekend
  from daily
  inner join {{ ref('int_tenant_weeks') }} as weeks on weeks.tenant_id = daily.tenant_id
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
