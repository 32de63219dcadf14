with daily as (
  select
    accounts.account_key,
    activity.activity_date,
    cast(sum(activity.event_count) as bigint) as event_count,
    cast(sum(cast(activity.quantity as decimal(38, 3))) as decimal(38, 3)) as quantity
  from {{ ref('account_daily_activity') }} as activity
  inner join {{ ref('int_account_keys') }} as accounts
    on accounts.tenant_id = activity.tenant_id
    and accounts.account_id = activity.account_id
  group by 1, 2
)

select
  account_key,
  activity_date,
  event_count,
  quantity,
  lag(activity_date) over (partition by account_key order by activity_date) as previous_activity_date
from daily
