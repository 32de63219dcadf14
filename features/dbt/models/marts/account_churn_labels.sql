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

-- Under inactivity churn an account has churned once it was silent for thirty days in a row: from the as-of date on, or
-- from the day after a later activity. That it comes back afterwards does not unmake it.
silences as (
  select
    account_key,
    activity_date + 1 as started_date
  from {{ ref('int_active_days') }}
  qualify coalesce(
    lead(activity_date) over (partition by account_key order by activity_date) > activity_date + {{ horizons | min }}, true
  )
),

stayed_active as (
  select distinct
    eligible.account_key,
    eligible.as_of_date
  from eligible
  inner join {{ ref('int_active_days') }} as active_days
    on active_days.account_key = eligible.account_key
    and not {{ known_before('eligible.as_of_date', 'active_days.activity_date') }}
    and {{ known_before('eligible.as_of_date + ' ~ horizons | min, 'active_days.activity_date') }}
  where eligible.churn_definition = 'inactivity'
),

next_silence as (
  select
    eligible.account_key,
    eligible.as_of_date,
    case
      when max(stayed_active.account_key) is null then eligible.as_of_date
      else min(silences.started_date)
    end as started_date
  from eligible
  left join stayed_active
    on stayed_active.account_key = eligible.account_key
    and stayed_active.as_of_date = eligible.as_of_date
  left join silences
    on silences.account_key = eligible.account_key
    and silences.started_date > eligible.as_of_date
  where eligible.churn_definition = 'inactivity'
  group by 1, 2
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
    and not {{ known_before('eligible.as_of_date', 'churns.churned_date') }}
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
      then coalesce({{ known_before('eligible.as_of_date + ' ~ days, 'next_churn.churned_date') }}, false)
    else coalesce(next_silence.started_date + {{ horizons | min }} <= eligible.as_of_date + {{ days }}, false)
  end as churned_{{ days }}d,
  {%- endfor %}
  eligible.churn_definition,
  eligible.data_through
from eligible
left join next_silence
  on next_silence.account_key = eligible.account_key
  and next_silence.as_of_date = eligible.as_of_date
left join next_churn
  on next_churn.account_key = eligible.account_key
  and next_churn.as_of_date = eligible.as_of_date
