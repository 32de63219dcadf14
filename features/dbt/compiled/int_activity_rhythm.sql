with weeks_before as (
  select n from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11)) as numbers(n)
),

weekly as (
  select
    eligible.tenant_id,
    eligible.account_id,
    eligible.as_of_date,
    weeks_before.n as weeks_ago,
    weeks.event_count,
    weeks.quantity,
    weeks.active_days,
    weeks.weekend_event_count,
    weeks.first_active_date,
    weeks.last_active_date
  from "intermediate"."int_eligible_accounts" as eligible
  cross join weeks_before
  inner join "intermediate"."int_weekly_activity" as weeks
    on weeks.tenant_id = eligible.tenant_id
    and weeks.account_id = eligible.account_id
    and weeks.activity_kind = 'any'
    and weeks.week_end_date = eligible.as_of_date - 7 * weeks_before.n
)

select
  tenant_id,
  account_id,
  as_of_date,
  cast(sum(case when weeks_ago = 0 then event_count else 0 end) as bigint) as events_week_01,
  cast(sum(case when weeks_ago = 1 then event_count else 0 end) as bigint) as events_week_02,
  cast(sum(case when weeks_ago = 2 then event_count else 0 end) as bigint) as events_week_03,
  cast(sum(case when weeks_ago = 3 then event_count else 0 end) as bigint) as events_week_04,
  cast(sum(case when weeks_ago = 4 then event_count else 0 end) as bigint) as events_week_05,
  cast(sum(case when weeks_ago = 5 then event_count else 0 end) as bigint) as events_week_06,
  cast(sum(case when weeks_ago = 6 then event_count else 0 end) as bigint) as events_week_07,
  cast(sum(case when weeks_ago = 7 then event_count else 0 end) as bigint) as events_week_08,
  cast(sum(case when weeks_ago = 8 then event_count else 0 end) as bigint) as events_week_09,
  cast(sum(case when weeks_ago = 9 then event_count else 0 end) as bigint) as events_week_10,
  cast(sum(case when weeks_ago = 10 then event_count else 0 end) as bigint) as events_week_11,
  cast(sum(case when weeks_ago = 11 then event_count else 0 end) as bigint) as events_week_12,
  cast(sum(case when weeks_ago < 1 then quantity else 0 end) as double) as quantity_7d,
  cast(sum(case when weeks_ago < 4 then quantity else 0 end) as double) as quantity_28d,
  cast(sum(case when weeks_ago < 12 then quantity else 0 end) as double) as quantity_84d,
  cast(count(*) as bigint) as active_weeks,
  cast(sum(active_days) as bigint) as active_days,
  cast(sum(event_count) as bigint) as event_count,
  cast(sum(weekend_event_count) as bigint) as weekend_event_count,
  min(first_active_date) as first_active_date,
  max(last_active_date) as last_active_date
from weekly
group by 1, 2, 3
