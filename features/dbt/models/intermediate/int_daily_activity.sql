with by_user as (
  select account_key, user_key, activity_date, activity_kind, event_count, quantity
  from {{ ref('int_user_daily_activity') }}
  where account_key not in (select operator_account_key from {{ ref('int_operator_accounts') }})
  union all
  select account_key, user_key, activity_date, activity_kind, event_count, quantity
  from {{ ref('int_operator_user_daily_activity') }}
)

-- A user has one row per account, day and kind, so counting rows with a user counts users.
select
  account_key,
  activity_date,
  activity_kind,
  cast(sum(event_count) as bigint) as event_count,
  cast(sum(quantity) as decimal(38, 3)) as quantity,
  cast(count(user_key) as bigint) as active_users
from by_user
group by 1, 2, 3
