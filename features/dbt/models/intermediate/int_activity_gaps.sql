-- A quiet stretch that began before the window, or before there was an account, counts from there.
with quiet as (
  select
    eligible.account_key,
    eligible.as_of_date,
    active_days.activity_date,
    active_days.activity_date - greatest(
      coalesce(active_days.previous_activity_date, eligible.created_date - 1),
      eligible.created_date - 1,
      eligible.as_of_date - 85
    ) - 1 as quiet_days
  from {{ ref('int_eligible_accounts') }} as eligible
  inner join {{ ref('int_active_days') }} as active_days
    on active_days.account_key = eligible.account_key
    and {{ known_before('eligible.as_of_date', 'active_days.activity_date') }}
    and active_days.activity_date >= eligible.as_of_date - 84
)

select
  account_key,
  as_of_date,
  cast(greatest(max(quiet_days), as_of_date - max(activity_date) - 1, 0) as bigint) as longest_gap_days_84d
from quiet
group by 1, 2
