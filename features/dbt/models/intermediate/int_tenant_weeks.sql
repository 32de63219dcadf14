with weeks_before as (
  select n from (values {% call(week) each_lookback_week(between=', ') %}({{ week }}){% endcall %}) as numbers(n)
),

days_before as (
  {{ numbers_below(7) }}
),

weeks as (
  select distinct
    as_of_dates.tenant_id,
    as_of_dates.as_of_date - 7 * weeks_before.n as week_end_date
  from {{ ref('int_rebuilt_dates') }} as as_of_dates
  cross join weeks_before
  where as_of_dates.is_wanted
)

select
  weeks.tenant_id,
  weeks.week_end_date,
  {{ last_known_day('weeks.week_end_date') }} - days_before.n as activity_date
from weeks
cross join days_before
