-- What an account did in all, before any roll-up: also an account that only events name.
with created as (
  select tenant_id, account_id, min(created_date) as created_date
  from "staging"."stg_accounts"
  group by 1, 2
),

accounts as (
  select
    keys.tenant_id,
    keys.account_id,
    keys.account_key,
    created.created_date
  from "intermediate"."int_account_keys" as keys
  left join created
    on created.tenant_id = keys.tenant_id
    and created.account_id = keys.account_id
)

select
  accounts.tenant_id,
  accounts.account_id,
  accounts.created_date,
  accounts.created_date is not null as is_known,
  cast(coalesce(sum(activity.event_count), 0) as bigint) as event_count,
  cast(coalesce(sum(case when activity.activity_date < accounts.created_date then activity.event_count end), 0) as bigint) as early_event_count,
  min(activity.activity_date) as first_active_date,
  max(activity.activity_date) as last_active_date
from accounts
left join "intermediate"."int_user_daily_activity" as activity on activity.account_key = accounts.account_key
group by 1, 2, 3, 4
