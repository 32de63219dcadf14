with by_user as (
  select account_key, user_key, activity_date, activity_kind
  from {{ ref('int_user_daily_activity') }}
  where user_key is not null
    and account_key not in (select operator_account_key from {{ ref('int_operator_accounts') }})
  union all
  select account_key, user_key, activity_date, activity_kind
  from {{ ref('int_operator_user_daily_activity') }}
  where user_key is not null
),

dated as (
  select distinct
    activity.account_key,
    activity.activity_kind,
    activity.user_key,
    weeks.week_end_date
  from by_user as activity
  inner join {{ ref('int_account_keys') }} as accounts on accounts.account_key = activity.account_key
  inner join {{ ref('int_tenant_weeks') }} as weeks
    on weeks.tenant_id = accounts.tenant_id
    and weeks.activity_date = activity.activity_date
)

select account_key, activity_kind, user_key, week_end_date
from dated
union all
select distinct account_key, 'any' as activity_kind, user_key, week_end_date
from dated
