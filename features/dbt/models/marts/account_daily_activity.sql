-- A user has one row per account, day and kind, so counting rows with a user counts users.
select
  tenant_id,
  account_id,
  activity_date,
  activity_kind,
  cast(sum(event_count) as bigint) as event_count,
  cast(sum(quantity) as double) as quantity,
  cast(count(user_id) as bigint) as active_users
from {{ ref('int_user_daily_activity') }}
group by 1, 2, 3, 4
