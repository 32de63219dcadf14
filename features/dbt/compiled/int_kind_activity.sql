select
  eligible.account_key,
  eligible.as_of_date,
  weeks.activity_kind,/*each window*/
  cast(sum(case when eligible.weeks_ago < {weeks} then weeks.event_count else 0 end) as bigint) as events_{window}d,
  cast(sum(case when eligible.weeks_ago < {weeks} then weeks.active_days else 0 end) as bigint) as active_days_{window}d,/*between*//*end*/
  cast(sum(case when eligible.weeks_ago between 4 and 7 then weeks.event_count else 0 end) as bigint) as previous_events_28d,
  max(weeks.last_active_date) as last_active_date
from "intermediate"."int_eligible_weeks" as eligible
inner join "intermediate"."int_weekly_kind_activity" as weeks
  on weeks.account_key = eligible.account_key
  and weeks.week_end_date = eligible.week_end_date
  and (weeks.known_date <= eligible.as_of_date)
where eligible.weeks_ago < {longest_window_weeks}
group by 1, 2, 3
