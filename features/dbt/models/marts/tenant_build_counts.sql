with tenants as (
  select distinct tenant_id
  from {{ ref('int_account_keys') }}
),

events as (
  select
    tenant_id,
    sum(event_count) as event_count,
    max(last_event_date) as last_event_date
  from {{ ref('int_event_arrivals') }}
  group by 1
),

accounts as (
  select
    tenant_id,
    count(*) as account_version_count,
    sum(case when superseded_date is null then 1 else 0 end) as account_count
  from {{ ref('stg_accounts') }}
  group by 1
),

subscriptions as (
  select
    tenant_id,
    count(*) as subscription_version_count,
    sum(case when superseded_date is null then 1 else 0 end) as subscription_count
  from {{ ref('stg_subscriptions') }}
  group by 1
),

tickets as (
  select
    tenant_id,
    count(*) as ticket_version_count,
    sum(case when superseded_date is null then 1 else 0 end) as ticket_count
  from {{ ref('stg_support_tickets') }}
  group by 1
),

days as (
  select
    tenant_id,
    count(*) as as_of_date_count,
    min(as_of_date) as first_as_of_date,
    max(as_of_date) as last_as_of_date
  from {{ ref('tenant_as_of_dates') }}
  group by 1
),

features as (
  select
    features.tenant_id,
    count(*) as feature_row_count,
    sum(case when features.as_of_date = days.last_as_of_date then 1 else 0 end) as scorable_account_count
  from {{ ref('account_features') }} as features
  left join days on days.tenant_id = features.tenant_id
  group by 1
)

select
  tenants.tenant_id,
  profiles.churn_definition,
  cast(coalesce(events.event_count, 0) as bigint) as event_count,
  cast(coalesce(accounts.account_version_count, 0) as bigint) as account_version_count,
  cast(coalesce(accounts.account_count, 0) as bigint) as account_count,
  cast(coalesce(subscriptions.subscription_version_count, 0) as bigint) as subscription_version_count,
  cast(coalesce(subscriptions.subscription_count, 0) as bigint) as subscription_count,
  cast(coalesce(tickets.ticket_version_count, 0) as bigint) as ticket_version_count,
  cast(coalesce(tickets.ticket_count, 0) as bigint) as ticket_count,
  cast(coalesce(days.as_of_date_count, 0) as bigint) as as_of_date_count,
  cast(coalesce(features.feature_row_count, 0) as bigint) as feature_row_count,
  cast(coalesce(features.scorable_account_count, 0) as bigint) as scorable_account_count,
  days.first_as_of_date,
  days.last_as_of_date,
  events.last_event_date
from tenants
left join {{ ref('tenant_profiles') }} as profiles on profiles.tenant_id = tenants.tenant_id
left join events on events.tenant_id = tenants.tenant_id
left join accounts on accounts.tenant_id = tenants.tenant_id
left join subscriptions on subscriptions.tenant_id = tenants.tenant_id
left join tickets on tickets.tenant_id = tenants.tenant_id
left join days on days.tenant_id = tenants.tenant_id
left join features on features.tenant_id = tenants.tenant_id
