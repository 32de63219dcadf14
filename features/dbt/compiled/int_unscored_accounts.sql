-- Accounts without a row of features at any as-of date, each with the first reason that holds.
with accounts as (
  select
    tenant_id,
    account_id,
    min(created_date) as created_date
  from "staging"."stg_accounts"
  group by 1, 2
),

scored as (
  select distinct tenant_id, account_id
  from "analytics"."account_features"
),

subscribed as (
  select
    tenant_id,
    account_id,
    min(started_date) as started_date,
    max(case when cancelled_date < started_date then 0 else 1 end) as has_sound
  from "staging"."stg_subscriptions"
  where superseded_date is null
  group by 1, 2
)

select
  accounts.tenant_id,
  accounts.account_id,
  cast(
    case
      when tenants.first_as_of_date is null or tenants.first_as_of_date > tenants.data_through then 'no_day'
      when tenants.churn_definition = 'none' then 'no_definition'
      when accounts.created_date >= tenants.data_through then 'too_new'
      when subscribed.has_sound = 0 then 'ended_before_start'
      when subscribed.started_date >= tenants.data_through then 'not_started'
      when tenants.churn_definition = 'contractual' and subscribed.account_id is null then 'no_subscription'
      when subscribed.account_id is not null then 'ended'
      when totals.event_count = 0 then 'no_events'
      else 'silent'
    end as varchar
  ) as reason
from accounts
inner join "intermediate"."int_tenants" as tenants on tenants.tenant_id = accounts.tenant_id
inner join "intermediate"."int_account_totals" as totals
  on totals.tenant_id = accounts.tenant_id
  and totals.account_id = accounts.account_id
left join subscribed
  on subscribed.tenant_id = accounts.tenant_id
  and subscribed.account_id = accounts.account_id
left join scored
  on scored.tenant_id = accounts.tenant_id
  and scored.account_id = accounts.account_id
where scored.account_id is null
