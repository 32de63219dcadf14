with tenants as (
  select distinct tenant_id
  from "staging"."stg_accounts"
),

subscribed as (
  select distinct tenant_id
  from "staging"."stg_subscriptions"
),

-- The day of the last event is not over. An event later than its own loading has a broken clock and moves nothing.
platform_clock as (
  select cast(max(event_time) as date) as data_through
  from "staging"."stg_platform_events"
  where event_time <= loaded_at
),

first_days as (
  select
    accounts.tenant_id,
    min(activity.activity_date) as first_event_date
  from "intermediate"."int_active_days" as activity
  inner join "intermediate"."int_account_keys" as accounts on accounts.account_key = activity.account_key
  group by 1
)

select
  tenants.tenant_id,
  cast(
    case
      when settings.churn_definition is not null then settings.churn_definition
      when subscribed.tenant_id is not null then 'contractual'
      else 'inactivity'
    end as varchar
  ) as churn_definition,
  cast(coalesce(settings.eligible_days, 28) as integer) as eligible_days,
  first_days.first_event_date,
  cast(coalesce(settings.data_through, platform_clock.data_through) as date) as data_through
from tenants
cross join platform_clock
left join subscribed on subscribed.tenant_id = tenants.tenant_id
left join first_days on first_days.tenant_id = tenants.tenant_id
left join "staging"."stg_tenant_settings" as settings on settings.tenant_id = tenants.tenant_id
