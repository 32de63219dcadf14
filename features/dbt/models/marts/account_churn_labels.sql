{%- set horizons = [30, 60, 90] -%}

-- Eligible accounts have not churned yet, so the next churn is the first that becomes certain after the as-of date.
with next_churn as (
  select
    eligible.account_key,
    eligible.as_of_date,
    min(churns.churned_date) as churned_date
  from {{ ref('int_eligible_accounts') }} as eligible
  inner join {{ ref('int_churn_dates') }} as churns
    on churns.account_key = eligible.account_key
    and churns.churn_definition = eligible.churn_definition
    and not {{ is_known('eligible.as_of_date', 'churns.churned_date') }}
  group by 1, 2
),

-- An end that is open as a window closes says nothing until it is decided, and then that no churn was certain in time.
open_ends as (
  select
    eligible.account_key,
    eligible.as_of_date
    {%- for days in horizons %},
    max(
      case
        when {{ is_known('eligible.as_of_date + ' ~ days, 'ends.open_from') }}
          and eligible.as_of_date + {{ days }} < ends.decided_date
          then ends.decided_date
      end
    ) as decided_date_{{ days }}d
    {%- endfor %}
  from {{ ref('int_eligible_accounts') }} as eligible
  inner join {{ ref('int_open_ends') }} as ends on ends.account_key = eligible.account_key
  where eligible.churn_definition = 'contractual'
  group by 1, 2
)

select
  eligible.tenant_id,
  eligible.account_id,
  eligible.as_of_date,
  {%- for days in horizons %}
  case
    when eligible.as_of_date + {{ days }} > tenants.data_through then null
    when {{ is_known('eligible.as_of_date + ' ~ days, 'next_churn.churned_date') }} then true
    when not {{ is_known('tenants.data_through', 'open_ends.decided_date_' ~ days ~ 'd') }} then null
    else false
  end as churned_{{ days }}d,
  {%- endfor %}
  eligible.churn_definition,
  tenants.data_through
from {{ ref('int_eligible_accounts') }} as eligible
inner join {{ ref('tenant_profiles') }} as tenants on tenants.tenant_id = eligible.tenant_id
left join next_churn
  on next_churn.account_key = eligible.account_key
  and next_churn.as_of_date = eligible.as_of_date
left join open_ends
  on open_ends.account_key = eligible.account_key
  and open_ends.as_of_date = eligible.as_of_date
