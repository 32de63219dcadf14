-- Weeks are counted from their sums: to count them as distinct ones would keep all of a group's aside.
with activity as (
  select
    eligible.account_key,
    eligible.as_of_date,/*each window*/
    cast(sum(case when eligible.weeks_ago < {weeks} then weeks.event_count else 0 end) as bigint) as events_{window}d,
    cast(sum(case when eligible.weeks_ago between {weeks} and 2 * {weeks} - 1 then weeks.event_count else 0 end) as bigint) as previous_events_{window}d,
    cast(sum(case when eligible.weeks_ago < {weeks} then weeks.active_days else 0 end) as bigint) as active_days_{window}d,/*between*//*end*/
    cast(sum(case when eligible.weeks_ago < 1 then weeks.quantity else 0 end) as double) as quantity_7d,
    cast(sum(case when eligible.weeks_ago < 4 then weeks.quantity else 0 end) as double) as quantity_28d,
    cast(sum(case when eligible.weeks_ago < 12 then weeks.quantity else 0 end) as double) as quantity_84d,
    cast(sum(case when eligible.weeks_ago = 0 then weeks.event_count else 0 end) as bigint) as events_week_01,
    cast(sum(case when eligible.weeks_ago = 1 then weeks.event_count else 0 end) as bigint) as events_week_02,
    cast(sum(case when eligible.weeks_ago = 2 then weeks.event_count else 0 end) as bigint) as events_week_03,
    cast(sum(case when eligible.weeks_ago = 3 then weeks.event_count else 0 end) as bigint) as events_week_04,
    cast(sum(case when eligible.weeks_ago = 4 then weeks.event_count else 0 end) as bigint) as events_week_05,
    cast(sum(case when eligible.weeks_ago = 5 then weeks.event_count else 0 end) as bigint) as events_week_06,
    cast(sum(case when eligible.weeks_ago = 6 then weeks.event_count else 0 end) as bigint) as events_week_07,
    cast(sum(case when eligible.weeks_ago = 7 then weeks.event_count else 0 end) as bigint) as events_week_08,
    cast(sum(case when eligible.weeks_ago = 8 then weeks.event_count else 0 end) as bigint) as events_week_09,
    cast(sum(case when eligible.weeks_ago = 9 then weeks.event_count else 0 end) as bigint) as events_week_10,
    cast(sum(case when eligible.weeks_ago = 10 then weeks.event_count else 0 end) as bigint) as events_week_11,
    cast(sum(case when eligible.weeks_ago = 11 then weeks.event_count else 0 end) as bigint) as events_week_12,
    cast(sum(case when eligible.weeks_ago < 12 then weeks.weekend_event_count else 0 end) as bigint) as weekend_events_84d,
    min(case when eligible.weeks_ago < 12 then weeks.first_active_date end) as first_active_date_84d,
    max(weeks.last_active_date) as last_active_date
  from "intermediate"."int_eligible_weeks" as eligible
  inner join "intermediate"."int_weekly_account_activity" as weeks
    on weeks.account_key = eligible.account_key
    and weeks.week_end_date = eligible.week_end_date
    and (weeks.known_date <= eligible.as_of_date)
  group by 1, 2
)

select
  *,
  cast(
    case when events_week_01 > 0 then 1 else 0 end
    + case when events_week_02 > 0 then 1 else 0 end
    + case when events_week_03 > 0 then 1 else 0 end
    + case when events_week_04 > 0 then 1 else 0 end
    + case when events_week_05 > 0 then 1 else 0 end
    + case when events_week_06 > 0 then 1 else 0 end
    + case when events_week_07 > 0 then 1 else 0 end
    + case when events_week_08 > 0 then 1 else 0 end
    + case when events_week_09 > 0 then 1 else 0 end
    + case when events_week_10 > 0 then 1 else 0 end
    + case when events_week_11 > 0 then 1 else 0 end
    + case when events_week_12 > 0 then 1 else 0 end as bigint
  ) as active_weeks_84d
from activity
