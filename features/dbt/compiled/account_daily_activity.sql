-- Users are counted as rows of a user each, which costs less than to count distinct ones.
with users as (
  select
    activity.account_key,
    activity.activity_date,
    activity.activity_kind,
    activity.user_key,
    sum(activity.event_count) as event_count,
    sum(activity.quantity) as quantity
  from "intermediate"."int_recorded_activity" as activity
  inner join "intermediate"."int_changed_days" as days
    on days.tenant_id = activity.tenant_id
    and days.activity_date = activity.activity_date
  group by 1, 2, 3, 4
),

daily as (
  select
    account_key,
    activity_date,
    activity_kind,
    cast(sum(event_count) as bigint) as event_count,
    cast(sum(quantity) as double) as quantity,
    cast(count(user_key) as bigint) as active_users
  from users
  group by 1, 2, 3
)

select
  accounts.tenant_id,
  accounts.account_id,
  daily.activity_date,
  daily.activity_kind,
  daily.event_count,
  daily.quantity,
  daily.active_users
from daily
inner join "intermediate"."int_account_keys" as accounts on accounts.account_key = daily.account_key
