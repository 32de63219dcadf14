-- Weeks are counted from their sums: to count them as distinct ones would keep all of a group's aside.
with activity as (
  select
    eligible.account_key,
    eligible.as_of_date,
    {%- call(window, weeks) each_window() %}
    cast(sum(case when eligible.weeks_ago < {{ weeks }} then weeks.event_count else 0 end) as bigint) as events_{{ window }}d,
    cast(sum(case when eligible.weeks_ago between {{ weeks }} and 2 * {{ weeks }} - 1 then weeks.event_count else 0 end) as bigint) as previous_events_{{ window }}d,
    cast(sum(case when eligible.weeks_ago < {{ weeks }} then weeks.active_days else 0 end) as bigint) as active_days_{{ window }}d,
    {%- endcall %}
    {%- for window in [7, 28, 84] %}
    cast(sum(case when eligible.weeks_ago < {{ window // 7 }} then weeks.quantity else 0 end) as double) as quantity_{{ window }}d,
    {%- endfor %}
    {%- for week in range(12) %}
    cast(sum(case when eligible.weeks_ago = {{ week }} then weeks.event_count else 0 end) as bigint) as events_week_{{ '%02d' % (week + 1) }},
    {%- endfor %}
    cast(sum(case when eligible.weeks_ago < 12 then weeks.weekend_event_count else 0 end) as bigint) as weekend_events_84d,
    min(case when eligible.weeks_ago < 12 then weeks.first_active_date end) as first_active_date_84d,
    max(weeks.last_active_date) as last_active_date
  from {{ ref('int_eligible_weeks') }} as eligible
  inner join {{ ref('int_weekly_account_activity') }} as weeks
    on weeks.account_key = eligible.account_key
    and weeks.week_end_date = eligible.week_end_date
    and {{ is_known('eligible.as_of_date', 'weeks.known_date') }}
  group by 1, 2
)

select
  *,
  cast(
    {%- for week in range(12) %}
    {{ '+ ' if not loop.first }}case when events_week_{{ '%02d' % (week + 1) }} > 0 then 1 else 0 end
    {%- endfor %} as bigint
  ) as active_weeks_84d
from activity
