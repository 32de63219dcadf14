-- What a tenant's accounts did is what the tenant did, in the operator's eyes, besides what is recorded of it directly.
select
  days.tenant_id,
  operator_accounts.operator_account_key as account_key,
  activity.user_key,
  activity.activity_date,
  activity.activity_kind,
  activity.known_date,
  cast(sum(activity.event_count) as bigint) as event_count,
  cast(sum(activity.quantity) as decimal(38, 3)) as quantity
from "intermediate"."int_user_daily_activity" as activity
inner join "intermediate"."int_changed_days" as days
  on days.tenant_id = 'platform'
  and days.activity_date = activity.activity_date
inner join "intermediate"."int_operator_accounts" as operator_accounts
  on operator_accounts.account_key = activity.account_key
group by 1, 2, 3, 4, 5, 6
