with users as (
  select
    eligible.account_key,
    eligible.as_of_date,
    weeks.activity_kind,
    weeks.user_key,
    min(eligible.weeks_ago) as last_seen_weeks_ago,
    max(case when eligible.weeks_ago between 4 and 7 then 1 else 0 end) as seen_previous_28d
  from "intermediate"."int_eligible_weeks" as eligible
  inner join "intermediate"."int_weekly_user_activity" as weeks
    on weeks.account_key = eligible.account_key
    and weeks.week_end_date = eligible.week_end_date
    and (weeks.known_date <= eligible.as_of_date)
  where eligible.weeks_ago < {longest_window_weeks}
  group by 1, 2, 3, 4
)

select
  account_key,
  as_of_date,
  activity_kind,/*each window*/
  cast(sum(case when last_seen_weeks_ago < {weeks} then 1 else 0 end) as bigint) as active_users_{window}d,/*between*//*end*/
  cast(sum(seen_previous_28d) as bigint) as previous_active_users_28d
from users
group by 1, 2, 3
