{{ config(
  materialized='incremental',
  incremental_strategy='replace_slices',
  on_schema_change='fail',
  meta={'slices': {'model': 'int_rebuilt_dates', 'columns': ['tenant_id', 'as_of_date']}}
) }}

with candidates as (
  select
    accounts.tenant_id,
    accounts.account_id,
    keys.account_key,
    definitions.as_of_date,
    accounts.created_date,
    definitions.churn_definition
  from {{ ref('stg_accounts') }} as accounts
  inner join {{ ref('int_account_keys') }} as keys
    on keys.tenant_id = accounts.tenant_id
    and keys.account_id = accounts.account_id
  inner join {{ ref('int_tenant_definitions') }} as definitions on definitions.tenant_id = accounts.tenant_id
  inner join {{ ref('int_rebuilt_dates') }} as dates
    on dates.tenant_id = definitions.tenant_id
    and dates.as_of_date = definitions.as_of_date
  where definitions.churn_definition <> 'none'
    and {{ version_known_at('definitions.as_of_date', 'accounts') }}
    and {{ known_before('definitions.as_of_date', 'accounts.created_date') }}
),

-- An end that is not certain at the as-of date leaves the subscription in force.
subscribed as (
  select
    candidates.account_key,
    candidates.as_of_date,
    cast(count(*) as integer) as subscription_count,
    max(
      case
        when versions.churned_date is null or not {{ is_known('candidates.as_of_date', 'versions.churned_date') }} then 1
        else 0
      end
    ) as is_in_force
  from candidates
  inner join {{ ref('int_subscription_versions') }} as versions
    on versions.account_key = candidates.account_key
    and {{ version_known_at('candidates.as_of_date', 'versions') }}
    and {{ known_before('candidates.as_of_date', 'versions.started_date') }}
  group by 1, 2
),

recently_active as (
  select distinct
    candidates.account_key,
    candidates.as_of_date
  from candidates
  inner join {{ ref('int_activity_spans') }} as spans
    on spans.account_key = candidates.account_key
    and {{ is_known('candidates.as_of_date', 'spans.covers_from') }}
    and candidates.as_of_date < spans.eligible_to
  where candidates.churn_definition <> 'contractual'
),

defined as (
  select
    candidates.tenant_id,
    candidates.account_id,
    candidates.account_key,
    candidates.as_of_date,
    candidates.created_date,
    case
      when candidates.churn_definition <> 'both' then candidates.churn_definition
      when subscribed.account_key is not null then 'contractual'
      else 'inactivity'
    end as churn_definition,
    subscribed.subscription_count,
    subscribed.is_in_force,
    recently_active.account_key is not null as is_recently_active
  from candidates
  left join subscribed
    on subscribed.account_key = candidates.account_key
    and subscribed.as_of_date = candidates.as_of_date
  left join recently_active
    on recently_active.account_key = candidates.account_key
    and recently_active.as_of_date = candidates.as_of_date
)

select
  tenant_id,
  account_id,
  account_key,
  as_of_date,
  created_date,
  cast(churn_definition as varchar) as churn_definition,
  coalesce(subscription_count, 0) as subscription_count
from defined
where case
  when churn_definition = 'contractual' then coalesce(is_in_force, 0) = 1
  else is_recently_active and coalesce(is_in_force, 1) = 1
end
