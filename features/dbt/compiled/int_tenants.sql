with accounts as (
  select distinct tenant_id, account_id
  from "staging"."stg_accounts"
),

subscribers as (
  select distinct tenant_id, account_id
  from "staging"."stg_subscriptions"
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
)

select
  tenants.tenant_id,
  cast(
    case
      when settings.churn_definition is not null then settings.churn_definition
      when tenants.subscriber_count = 0 then 'inactivity'
      when 2 * tenants.subscriber_count >= tenants.account_count then 'contractual'
      else 'both'
    end as varchar
  ) as churn_definition,
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
  cast(coalesce(settings.eligible_days, 28) as integer) as eligible_days,
  cast(coalesce(settings.silent_days, 30) as integer) as silent_days,
  cast(coalesce(settings.grace_days, 1) as integer) as grace_days,
  settings.reporting_currency,
  first_days.first_event_date,
  first_days.first_event_date + cast(28 as integer) as first_as_of_date,
  cast(coalesce(settings.data_through, every_tenant.data_through, platform_clock.data_through) as date) as data_through
from tenants
cross join "intermediate"."int_platform_clock" as platform_clock
left join "intermediate"."int_tenant_first_days" as first_days on first_days.tenant_id = tenants.tenant_id
left join "staging"."stg_tenant_settings" as settings on settings.tenant_id = tenants.tenant_id
left join "staging"."stg_tenant_settings" as every_tenant on every_tenant.tenant_id = '*'
