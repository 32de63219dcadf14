-- A user of many days is one row: the days are counted per as-of date only when those of a window have become one.
with users as (
  select
    activity.account_key,
    activity.activity_kind,
    activity.user_key,
    days.as_of_group,/*each window*/
    bit_or((days.seen_bits_{window}d & arrivals.known_bits)) as seen_bits_{window}d,/*between*//*end*/
    bit_or((days.seen_previous_bits_28d & arrivals.known_bits)) as seen_previous_bits_28d
  from "intermediate"."int_user_daily_activity" as activity
  inner join "intermediate"."int_day_bits" as days on days.day = activity.activity_date
  inner join "intermediate"."int_day_bits" as arrivals
    on arrivals.day = activity.known_date
    and arrivals.as_of_group = days.as_of_group
  where activity.user_key is not null
  group by 1, 2, 3, 4
),

-- What a tenant's accounts did is what the tenant did, in the operator's eyes.
everyone as (
  select *
  from users
  where account_key not in (select operator_account_key from "intermediate"."int_operator_accounts")
  union all
  select
    operator_accounts.operator_account_key as account_key,
    users.activity_kind,
    users.user_key,
    users.as_of_group,/*each window*/
    bit_or(seen_bits_{window}d) as seen_bits_{window}d,/*between*//*end*/
    bit_or(seen_previous_bits_28d) as seen_previous_bits_28d
  from users
  inner join "intermediate"."int_operator_accounts" as operator_accounts on operator_accounts.account_key = users.account_key
  group by 1, 2, 3, 4
)

select *
from everyone
union all
select
  account_key,
  'any' as activity_kind,
  user_key,
  as_of_group,/*each window*/
    bit_or(seen_bits_{window}d) as seen_bits_{window}d,/*between*//*end*/
    bit_or(seen_previous_bits_28d) as seen_previous_bits_28d
from everyone
group by 1, 2, 3, 4
