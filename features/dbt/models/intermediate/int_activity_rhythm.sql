with weeks_before as (
  {{ numbers_below(12) }}
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
  from {{ ref('int_eligible_accounts') }} as eligible
  cross join weeks_before
  inner join {{ ref('int_weekly_activity') }} as weeks
    on weeks.tenant_id = eligible.tenant_id
    and weeks.account_id = eligible.account_id
    and weeks.activity_kind = 'any'
    and weeks.week_end_date = eligible.as_of_date - 7 * weeks_before.n
)

select
  tenant_id,
  account_id,
  as_of_date,
  {%- for week in range(12) %}
  cast(sum(case when weeks_ago = {{ week }} then event_count else 0 end) as bigint) as events_week_{{ '%02d' % (week + 1) }},
  {%- endfor %}
  {%- for window in [7, 28, 84] %}
  cast(sum(case when weeks_ago < {{ window // 7 }} then quantity else 0 end) as double) as quantity_{{ window }}d,
  {%- endfor %}
  cast(count(*) as bigint) as active_weeks,
  cast(sum(active_days) as bigint) as active_days,
  cast(sum(event_count) as bigint) as event_count,
  cast(sum(weekend_event_count) as bigint) as weekend_event_count,
  min(first_active_date) as first_active_date,
  max(last_active_date) as last_active_date
from weekly
group by 1, 2, 3
