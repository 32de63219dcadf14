-- Eligible accounts have not churned yet, so the next churn is the first that becomes certain after the as-of date.
with next_churn as (
  select
    eligible.account_key,
    eligible.as_of_date,
    min(churns.churned_date) as churned_date
  from "intermediate"."int_eligible_accounts" as eligible
  inner join "intermediate"."int_churn_dates" as churns
    on churns.account_key = eligible.account_key
    and churns.churn_definition = eligible.churn_definition
    and not (churns.churned_date <= eligible.as_of_date)
  group by 1, 2
),

-- An end that is open as a window closes says nothing until it is decided, and then that no churn was certain in time.
open_ends as (
  select
    eligible.account_key,
    eligible.as_of_date,
    max(
      case
        when (ends.open_from <= eligible.as_of_date + 30)
          and eligible.as_of_date + 30 < ends.decided_date
          then ends.decided_date
      end
    ) as decided_date_30d,
    max(
      case
        when (ends.open_from <= eligible.as_of_date + 60)
          and eligible.as_of_date + 60 < ends.decided_date
          then ends.decided_date
      end
    ) as decided_date_60d,
    max(
      case
        when (ends.open_from <= eligible.as_of_date + 90)
          and eligible.as_of_date + 90 < ends.decided_date
          then ends.decided_date
      end
    ) as decided_date_90d
  from "intermediate"."int_eligible_accounts" as eligible
  inner join "intermediate"."int_open_ends" as ends on ends.account_key = eligible.account_key
  where eligible.churn_definition = 'contractual'
  group by 1, 2
)

select
  eligible.tenant_id,
  eligible.account_id,
  eligible.as_of_date,
  case
    when eligible.as_of_date + 30 > tenants.data_through then null
    when (next_churn.churned_date <= eligible.as_of_date + 30) then true
    when not (open_ends.decided_date_30d <= tenants.data_through) then null
    else false
  end as churned_30d,
  case
    when eligible.as_of_date + 60 > tenants.data_through then null
    when (next_churn.churned_date <= eligible.as_of_date + 60) then true
    when not (open_ends.decided_date_60d <= tenants.data_through) then null
    else false
  end as churned_60d,
  case
    when eligible.as_of_date + 90 > tenants.data_through then null
    when (next_churn.churned_date <= eligible.as_of_date + 90) then true
    when not (open_ends.decided_date_90d <= tenants.data_through) then null
    else false
  end as churned_90d,
  eligible.churn_definition,
  tenants.data_through
from "intermediate"."int_eligible_accounts" as eligible
inner join "analytics"."tenant_profiles" as tenants on tenants.tenant_id = eligible.tenant_id
left join next_churn
  on next_churn.account_key = eligible.account_key
  and next_churn.as_of_date = eligible.as_of_date
left join open_ends
  on open_ends.account_key = eligible.account_key
  and open_ends.as_of_date = eligible.as_of_date
