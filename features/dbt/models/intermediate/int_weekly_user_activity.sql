with dated as (
  select distinct
    accounts.account_key,
    activity.activity_kind,
    users.user_key,
    {{ week_end('activity.activity_date', 'weeks.weekday') }} as week_end_date
  from {{ ref('int_user_daily_activity') }} as activity
  inner join {{ ref('int_account_keys') }} as accounts
    on accounts.tenant_id = activity.tenant_id
    and accounts.account_id = activity.account_id
  inner join {{ ref('int_user_keys') }} as users
    on users.tenant_id = activity.tenant_id
    and users.user_id = activity.user_id
  inner join {{ ref('int_tenant_weeks') }} as weeks
    on weeks.tenant_id = activity.tenant_id
    and activity.activity_date >= weeks.first_date
    and activity.activity_date < weeks.before_date
)

select account_key, activity_kind, user_key, week_end_date
from dated
union all
select distinct account_key, 'any' as activity_kind, user_key, week_end_date
from dated
