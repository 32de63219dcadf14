{{ config(materialized='view') }}

select
  tenant_id,
  account_key,
  account_key as recorded_account_key,
  user_key,
  activity_date,
  activity_kind,
  known_date,
  event_count,
  quantity
from {{ ref('int_user_daily_activity') }}
where account_key not in (select operator_account_key from {{ ref('int_operator_accounts') }})
union all
-- What a tenant's accounts did is what the tenant did, in the operator's eyes, besides what is recorded of it directly.
select
  '{{ var('operator_tenant') }}' as tenant_id,
  operator_accounts.operator_account_key as account_key,
  activity.account_key as recorded_account_key,
  activity.user_key,
  activity.activity_date,
  activity.activity_kind,
  activity.known_date,
  activity.event_count,
  activity.quantity
from {{ ref('int_user_daily_activity') }} as activity
inner join {{ ref('int_operator_accounts') }} as operator_accounts
  on operator_accounts.account_key = activity.account_key
