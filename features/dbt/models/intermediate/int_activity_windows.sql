{%- set windows = var('window_days') -%}
{%- set lookback_weeks = 2 * (windows | max) // 7 -%}

with weeks_before as (
  {{ numbers_below(lookback_weeks) }}
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
  from {{ ref('int_eligible_accounts') }} as eligible
  cross join weeks_before
  inner join {{ ref('int_weekly_activity') }} as weeks
    on weeks.tenant_id = eligible.tenant_id
    and weeks.account_id = eligible.account_id
    and weeks.week_end_date = eligible.as_of_date - 7 * weeks_before.n
)

select
  tenant_id,
  account_id,
  as_of_date,
  activity_kind,
  {%- for window in windows %}
  {%- set weeks = window // 7 %}
  cast(sum(case when weeks_ago < {{ weeks }} then event_count else 0 end) as bigint) as events_{{ window }}d,
  cast(sum(case when weeks_ago between {{ weeks }} and {{ 2 * weeks - 1 }} then event_count else 0 end) as bigint) as previous_events_{{ window }}d,
  cast(sum(case when weeks_ago < {{ weeks }} then active_days else 0 end) as bigint) as active_days_{{ window }}d,
  {%- endfor %}
  max(last_active_date) as last_active_date
from weekly
group by 1, 2, 3, 4
