-- What an account did in all, before any roll-up: also an account that only events name.
with created as (
  select tenant_id, account_id, min(created_date) as created_date
  from {{ ref('stg_accounts') }}
  group by 1, 2
),

accounts as (
  select
    keys.tenant_id,
    keys.account_id,
    keys.account_key,
    created.created_date
  from {{ ref('int_account_keys') }} as keys
  left join created
    on created.tenant_id = keys.tenant_id
    and created.account_id = keys.account_id
),

totals as (
  select
    activity.account_key,
    sum(activity.event_count) as event_count,
    sum(case when activity.activity_date < accounts.created_date then activity.event_count else 0 end) as early_event_count,
    min(activity.activity_date) as first_active_date,
    max(activity.activity_date) as last_active_date
  from {{ ref('int_user_daily_activity') }} as activity
  inner join accounts on accounts.account_key = activity.account_key
  group by 1
)

select
  accounts.tenant_id,
  accounts.account_id,
  accounts.created_date,
  accounts.created_date is not null as is_known,
  cast(coalesce(totals.event_count, 0) as bigint) as event_count,
  cast(coalesce(totals.early_event_count, 0) as bigint) as early_event_count,
  totals.first_active_date,
  totals.last_active_date
from accounts
left join totals on totals.account_key = accounts.account_key
