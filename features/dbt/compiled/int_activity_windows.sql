with weeks_before as (
  select n from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13), (14), (15), (16), (17), (18), (19), (20), (21), (22), (23)) as numbers(n)
),

weekly as (
  select
    eligible.tenant_id,
    eligible.account_id,
    eligible.as_of_date,
    weeks.activity_kind,
    weeks_before.n as weeks_ago,
    weeks.event_count,
    weeks.active_days,
    weeks.last_active_date
  from "intermediate"."int_eligible_accounts" as eligible
  cross join weeks_before
  inner join "intermediate"."int_weekly_activity" as weeks
    on weeks.tenant_id = eligible.tenant_id
    and weeks.account_id = eligible.account_id
    and weeks.week_end_date = eligible.as_of_date - 7 * weeks_before.n
)

select
  tenant_id,
  account_id,
  as_of_date,
  activity_kind,
  cast(sum(case when weeks_ago < 1 then event_count else 0 end) as bigint) as events_7d,
  cast(sum(case when weeks_ago between 1 and 1 then event_count else 0 end) as bigint) as previous_events_7d,
  cast(sum(case when weeks_ago < 1 then active_days else 0 end) as bigint) as active_days_7d,
  cast(sum(case when weeks_ago < 2 then event_count else 0 end) as bigint) as events_14d,
  cast(sum(case when weeks_ago between 2 and 3 then event_count else 0 end) as bigint) as previous_events_14d,
  cast(sum(case when weeks_ago < 2 then active_days else 0 end) as bigint) as active_days_14d,
  cast(sum(case when weeks_ago < 4 then event_count else 0 end) as bigint) as events_28d,
  cast(sum(case when weeks_ago between 4 and 7 then event_count else 0 end) as bigint) as previous_events_28d,
  cast(sum(case when weeks_ago < 4 then active_days else 0 end) as bigint) as active_days_28d,
  cast(sum(case when weeks_ago < 8 then event_count else 0 end) as bigint) as events_56d,
  cast(sum(case when weeks_ago between 8 and 15 then event_count else 0 end) as bigint) as previous_events_56d,
  cast(sum(case when weeks_ago < 8 then active_days else 0 end) as bigint) as active_days_56d,
  cast(sum(case when weeks_ago < 12 then event_count else 0 end) as bigint) as events_84d,
  cast(sum(case when weeks_ago between 12 and 23 then event_count else 0 end) as bigint) as previous_events_84d,
  cast(sum(case when weeks_ago < 12 then active_days else 0 end) as bigint) as active_days_84d,
  max(last_active_date) as last_active_date
from weekly
group by 1, 2, 3, 4
