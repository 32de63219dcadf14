with accounts as (
  select distinct tenant_id, account_id
  from {{ ref('stg_accounts') }}
),

subscribers as (
  select distinct tenant_id, account_id
  from {{ ref('stg_subscriptions') }}
),

tenants as (
  select
    accounts.tenant_id,
    count(*) as account_count,
    count(subscribers.account_id) as subscriber_count
  from accounts
  left join subscribers
    on subscribers.tenant_id = accounts.tenant_id
    and subscribers.account_id = accounts.account_id
  group by 1
),

-- The day of the last event is not over. An event later than its own loading has a broken clock and moves nothing.
platform_clock as (
  select cast(max(event_time) as date) as data_through
  from {{ ref('stg_platform_events') }}
  where event_time <= loaded_at
),

-- Late rows make no earlier as-of dates: on those days nothing was known.
first_days as (
  select
    accounts.tenant_id,
    min({{ last_known_day('activity.known_date') }}) as first_event_date
  from {{ ref('int_active_days') }} as activity
  inner join {{ ref('int_account_keys') }} as accounts on accounts.account_key = activity.account_key
  group by 1
)

select
  tenants.tenant_id,
  {{ churn_definition('settings.churn_definition', 'tenants.account_count', 'tenants.subscriber_count') }} as churn_definition,
  cast(
    case
      when settings.churn_definition is null and tenants.subscriber_count between 1 and tenants.account_count - 1
        then 'unsaid'
      when settings.churn_definition = 'contractual' and tenants.subscriber_count < tenants.account_count
        then 'unsubscribed_accounts'
      when settings.churn_definition = 'inactivity' and tenants.subscriber_count > 0 then 'subscribed_accounts'
    end as varchar
  ) as churn_definition_doubt,
  cast(tenants.account_count as integer) as account_count,
  cast(tenants.subscriber_count as integer) as subscriber_count,
  cast(coalesce(settings.eligible_days, {{ var('eligible_days') }}) as integer) as eligible_days,
  cast(coalesce(settings.silent_days, {{ var('silent_days') }}) as integer) as silent_days,
  cast(coalesce(settings.grace_days, {{ var('grace_days') }}) as integer) as grace_days,
  settings.reporting_currency,
  first_days.first_event_date,
  cast(coalesce(settings.data_through, platform_clock.data_through) as date) as data_through
from tenants
cross join platform_clock
left join first_days on first_days.tenant_id = tenants.tenant_id
left join {{ ref('stg_tenant_settings') }} as settings on settings.tenant_id = tenants.tenant_id
