with active_days as (
  select distinct
    tenant_id,
    account_id,
    activity_date
  from {{ ref('account_daily_activity') }}
),

gaps as (
  select
    tenant_id,
    account_id,
    activity_date,
    lag(activity_date) over (partition by tenant_id, account_id order by activity_date) as previous_activity_date
  from active_days
),

-- A quiet stretch that began before the window counts from the start of the window.
in_window as (
  select
    eligible.tenant_id,
    eligible.account_id,
    eligible.as_of_date,
    gaps.activity_date - greatest(
      coalesce(gaps.previous_activity_date, eligible.created_date - 1),
      eligible.created_date - 1,
      eligible.as_of_date - 85
    ) - 1 as quiet_days,
    gaps.activity_date
  from {{ ref('int_eligible_accounts') }} as eligible
  inner join gaps
    on gaps.tenant_id = eligible.tenant_id
    and gaps.account_id = eligible.account_id
    and gaps.activity_date < eligible.as_of_date
    and gaps.activity_date >= eligible.as_of_date - 84
)

select
  tenant_id,
  account_id,
  as_of_date,
  cast(greatest(max(quiet_days), as_of_date - max(activity_date) - 1, 0) as bigint) as longest_gap_days_84d
from in_window
group by 1, 2, 3
