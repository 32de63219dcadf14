-- What a tenant's accounts did is what the tenant did, in the operator's eyes, besides what is recorded of it directly.
with recorded as (
  select
    operator_accounts.account_key,
    activity.user_key,
    activity.activity_date,
    activity.activity_kind,
    activity.event_count,
    activity.quantity
  from "intermediate"."int_user_daily_activity" as activity
  inner join "intermediate"."int_account_keys" as keys on keys.account_key = activity.account_key
  inner join "intermediate"."int_operator_accounts" as operator_accounts on operator_accounts.tenant_id = keys.tenant_id
  union all
  select
    operator_accounts.account_key,
    activity.user_key,
    activity.activity_date,
    activity.activity_kind,
    activity.event_count,
    activity.quantity
  from "intermediate"."int_user_daily_activity" as activity
  inner join "intermediate"."int_operator_accounts" as operator_accounts
    on operator_accounts.account_key = activity.account_key
)

select
  account_key,
  user_key,
  activity_date,
  activity_kind,
  cast(sum(event_count) as bigint) as event_count,
  cast(sum(quantity) as decimal(38, 3)) as quantity
from recorded
group by 1, 2, 3, 4
