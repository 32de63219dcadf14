{{ config(
  materialized='incremental',
  incremental_strategy='replace_slices',
  on_schema_change='fail',
  meta={'slices': {'model': 'int_rebuilt_dates', 'columns': ['tenant_id', 'as_of_date']}}
) }}

with accounts as (
  select tenant_id, account_id, min(known_date) as known_date
  from {{ ref('stg_accounts') }}
  group by 1, 2
),

subscribers as (
  select tenant_id, account_id, min(known_date) as known_date
  from {{ ref('stg_subscriptions') }}
  group by 1, 2
),

counted as (
  select
    as_of_dates.tenant_id,
    as_of_dates.as_of_date,
    count(*) as account_count,
    count(case when {{ is_known('as_of_dates.as_of_date', 'subscribers.known_date') }} then 1 end) as subscriber_count
  from {{ ref('int_rebuilt_dates') }} as as_of_dates
  inner join accounts
    on accounts.tenant_id = as_of_dates.tenant_id
    and {{ is_known('as_of_dates.as_of_date', 'accounts.known_date') }}
  left join subscribers
    on subscribers.tenant_id = accounts.tenant_id
    and subscribers.account_id = accounts.account_id
  where as_of_dates.is_wanted
  group by 1, 2
)

select
  counted.tenant_id,
  counted.as_of_date,
  {{ churn_definition('settings.churn_definition', 'counted.account_count', 'counted.subscriber_count') }} as churn_definition
from counted
left join {{ ref('stg_tenant_settings') }} as settings on settings.tenant_id = counted.tenant_id
