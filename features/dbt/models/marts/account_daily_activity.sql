select
  accounts.tenant_id,
  accounts.account_id,
  activity.activity_date,
  activity.activity_kind,
  activity.event_count,
  cast(activity.quantity as double) as quantity,
  activity.active_users
from {{ ref('int_daily_activity') }} as activity
inner join {{ ref('int_account_keys') }} as accounts on accounts.account_key = activity.account_key
