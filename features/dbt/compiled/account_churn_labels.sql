with eligible as (
  select
    eligible.tenant_id,
    eligible.account_id,
    eligible.account_key,
    eligible.as_of_date,
    eligible.churn_definition,
    tenants.data_through
  from "intermediate"."int_eligible_accounts" as eligible
  inner join "analytics"."tenant_profiles" as tenants on tenants.tenant_id = eligible.tenant_id
),

-- Under inactivity churn an account has churned once it was silent for thirty days in a row: from the as-of date on, or
-- from the day after a later activity. That it comes back afterwards does not unmake it.
silences as (
  select
    account_key,
    activity_date + 1 as started_date
  from "intermediate"."int_active_days"
  qualify coalesce(
    lead(activity_date) over (partition by account_key order by activity_date) > activity_date + 30, true
  )
),

stayed_active as (
  select distinct
    eligible.account_key,
    eligible.as_of_date
  from eligible
  inner join "intermediate"."int_active_days" as active_days
    on active_days.account_key = eligible.account_key
    and not (active_days.activity_date < eligible.as_of_date)
    and (active_days.activity_date < eligible.as_of_date + 30)
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
  inner join "intermediate"."int_churn_dates" as churns
    on churns.tenant_id = eligible.tenant_id
    and churns.account_id = eligible.account_id
    and not (churns.churned_date < eligible.as_of_date)
  where eligible.churn_definition = 'contractual'
  group by 1, 2
)

select
  eligible.tenant_id,
  eligible.account_id,
  eligible.as_of_date,
  case
    when eligible.as_of_date + 30 > eligible.data_through then null
    when eligible.churn_definition = 'contractual'
      then coalesce((next_churn.churned_date < eligible.as_of_date + 30), false)
    else coalesce(next_silence.started_date + 30 <= eligible.as_of_date + 30, false)
  end as churned_30d,
  case
    when eligible.as_of_date + 60 > eligible.data_through then null
    when eligible.churn_definition = 'contractual'
      then coalesce((next_churn.churned_date < eligible.as_of_date + 60), false)
    else coalesce(next_silence.started_date + 30 <= eligible.as_of_date + 60, false)
  end as churned_60d,
  case
    when eligible.as_of_date + 90 > eligible.data_through then null
    when eligible.churn_definition = 'contractual'
      then coalesce((next_churn.churned_date < eligible.as_of_date + 90), false)
    else coalesce(next_silence.started_date + 30 <= eligible.as_of_date + 90, false)
  end as churned_90d,
  eligible.churn_definition,
  eligible.data_through
from eligible
left join next_silence
  on next_silence.account_key = eligible.account_key
  and next_silence.as_of_date = eligible.as_of_date
left join next_churn
  on next_churn.account_key = eligible.account_key
  and next_churn.as_of_date = eligible.as_of_date
