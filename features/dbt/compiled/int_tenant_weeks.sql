with weeks_before as (
  select n from (values /*each lookback_week*/({week})/*between*/, /*end*/) as numbers(n)
),

days_before as (
  select n from (values (0), (1), (2), (3), (4), (5), (6)) as numbers(n)
),

weeks as (
  select distinct
    as_of_dates.tenant_id,
    as_of_dates.as_of_date - 7 * weeks_before.n as week_end_date
  from "intermediate"."int_rebuilt_dates" as as_of_dates
  cross join weeks_before
  where as_of_dates.is_wanted
)

select
  weeks.tenant_id,
  weeks.week_end_date,
  (weeks.week_end_date - 1) - days_before.n as activity_date
from weeks
cross join days_before
