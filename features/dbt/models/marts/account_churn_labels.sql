{%- set horizons = [30, 60, 90] -%}

with eligible as (
  select
    eligible.tenant_id,
    eligible.account_id,
    eligible.account_key,
    eligible.as_of_date,
    eligible.churn_definition,
    tenants.data_through
  from {{ ref('int_eligible_accounts') }} as eligible
  inner join {{ ref('tenant_profiles') }} as tenants on tenants.tenant_id = eligible.tenant_id
),

-- Thirty silent days are the churn of an account without a contract; that it comes back later does not unmake it.
stayed_active as (
  select distinct
    eligible.account_key,
    eligible.as_of_date
  from eligible
  inner join {{ ref('int_active_days') }} as active_days
    on active_days.account_key = eligible.account_key
    and active_days.activity_date >= eligible.as_of_date
    and active_days.activity_date < eligible.as_of_date + {{ horizons | min }}
  where eligible.churn_definition = 'inactivity'
),

next_churn as (
  select
    eligible.account_key,
    eligible.as_of_date,
    min(churns.churned_date) as churned_date
  from eligible
  inner join {{ ref('int_churn_dates') }} as churns
    on churns.tenant_id = eligible.tenant_id
    and churns.account_id = eligible.account_id
    and churns.churned_date >= eligible.as_of_date
  where eligible.churn_definition = 'contractual'
  group by 1, 2
)

select
  eligible.tenant_id,
  eligible.account_id,
  eligible.as_of_date,
  {%- for days in horizons %}
  case
    when eligible.as_of_date + {{ days }} > eligible.data_through then null
    when eligible.churn_definition = 'contractual'
      then coalesce(next_churn.churned_date < eligible.as_of_date + {{ days }}, false)
    else stayed_active.account_key is null
  end as churned_{{ days }}d,
  {%- endfor %}
  eligible.churn_definition,
  eligible.data_through
from eligible
left join stayed_active
  on stayed_active.account_key = eligible.account_key
  and stayed_active.as_of_date = eligible.as_of_date
left join next_churn
  on next_churn.account_key = eligible.account_key
  and next_churn.as_of_date = eligible.as_of_date
