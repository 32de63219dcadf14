with candidates as (
  select
    accounts.tenant_id,
    accounts.account_id,
    keys.account_key,
    as_of_dates.as_of_date,
    accounts.created_date,
    tenants.churn_definition,
    tenants.eligible_days
  from {{ ref('stg_accounts') }} as accounts
  inner join {{ ref('int_account_keys') }} as keys
    on keys.tenant_id = accounts.tenant_id
    and keys.account_id = accounts.account_id
  inner join {{ ref('tenant_profiles') }} as tenants on tenants.tenant_id = accounts.tenant_id
  inner join {{ ref('tenant_as_of_dates') }} as as_of_dates on as_of_dates.tenant_id = accounts.tenant_id
  where {{ known_before('as_of_dates.as_of_date', 'accounts.created_date') }}
),

-- An end on or after the as-of date is not known yet: that subscription is running.
subscribed as (
  select
    candidates.account_key,
    candidates.as_of_date,
    cast(count(*) as integer) as subscription_count,
    max(
      case
        when periods.ended_date is null or not {{ known_before('candidates.as_of_date', 'periods.ended_date') }}
          then periods.subscription_number
      end
    ) as current_subscription_number
  from candidates
  inner join {{ ref('int_subscription_periods') }} as periods
    on periods.tenant_id = candidates.tenant_id
    and periods.account_id = candidates.account_id
    and {{ known_before('candidates.as_of_date', 'periods.started_date') }}
  group by 1, 2
),

recently_active as (
  select distinct
    candidates.account_key,
    candidates.as_of_date
  from candidates
  inner join {{ ref('int_active_days') }} as active_days
    on active_days.account_key = candidates.account_key
    and {{ known_before('candidates.as_of_date', 'active_days.activity_date') }}
    and active_days.activity_date >= {{ add_days('candidates.as_of_date', '-candidates.eligible_days') }}
  where candidates.churn_definition = 'inactivity'
)

select
  candidates.tenant_id,
  candidates.account_id,
  candidates.account_key,
  candidates.as_of_date,
  candidates.created_date,
  candidates.churn_definition,
  coalesce(subscribed.subscription_count, 0) as subscription_count,
  subscribed.current_subscription_number
from candidates
left join subscribed
  on subscribed.account_key = candidates.account_key
  and subscribed.as_of_date = candidates.as_of_date
left join recently_active
  on recently_active.account_key = candidates.account_key
  and recently_active.as_of_date = candidates.as_of_date
where case
  when candidates.churn_definition = 'contractual' then subscribed.current_subscription_number is not null
  else
    recently_active.as_of_date is not null
    and (subscribed.subscription_count is null or subscribed.current_subscription_number is not null)
end
