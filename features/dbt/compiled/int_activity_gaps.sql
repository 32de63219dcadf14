-- A quiet stretch that began before the window, or before there was an account, counts from there.
with known_days as (
  select
    eligible.account_key,
    eligible.as_of_date,
    active_days.activity_date,
    greatest(eligible.created_date - 1, eligible.as_of_date - 85) as quiet_before_date,
    lag(active_days.activity_date) over (
      partition by eligible.account_key, eligible.as_of_date order by active_days.activity_date
    ) as previous_activity_date
  from "intermediate"."int_accounts_to_build" as eligible
  inner join "intermediate"."int_active_days" as active_days
    on active_days.account_key = eligible.account_key
    and active_days.is_first_known
    and (active_days.activity_date < eligible.as_of_date)
    and (active_days.known_date <= eligible.as_of_date)
    and active_days.activity_date >= eligible.as_of_date - 84
),

quiet as (
  select
    account_key,
    as_of_date,
    activity_date,
    quiet_before_date,
    activity_date - greatest(coalesce(previous_activity_date, quiet_before_date), quiet_before_date) - 1 as quiet_days
  from known_days
)

select
  account_key,
  as_of_date,
  cast(greatest(max(quiet_days), as_of_date - greatest(max(activity_date), max(quiet_before_date)) - 1, 0) as bigint) as longest_gap_days_84d
from quiet
group by 1, 2
