select
  accounts.tenant_id,
  accounts.account_id,
  activity.activity_date,
  activity.activity_kind,
  cast(sum(activity.event_count) as bigint) as event_count,
  cast(sum(activity.quantity) as double) as quantity,
  cast(count(distinct activity.user_key) as bigint) as active_users
from "intermediate"."int_recorded_activity" as activity
inner join "intermediate"."int_changed_days" as days
  on days.tenant_id = activity.tenant_id
  and days.activity_date = activity.activity_date
inner join "intermediate"."int_account_keys" as accounts on accounts.account_key = activity.account_key
group by 1, 2, 3, 4
