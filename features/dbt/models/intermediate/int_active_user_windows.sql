{%- set windows = var('window_days') -%}

with weeks_before as (
  {{ numbers_below((windows | max) // 7) }}
),

users as (
  select
    eligible.tenant_id,
    eligible.account_id,
    eligible.as_of_date,
    weeks.activity_kind,
    weeks.user_id,
    min(weeks_before.n) as last_seen_weeks_ago,
    max(case when weeks_before.n between 4 and 7 then 1 else 0 end) as seen_previous_28d
  from {{ ref('int_eligible_accounts') }} as eligible
  cross join weeks_before
  inner join {{ ref('int_user_weekly_activity') }} as weeks
    on weeks.tenant_id = eligible.tenant_id
    and weeks.account_id = eligible.account_id
    and weeks.week_end_date = eligible.as_of_date - 7 * weeks_before.n
  group by 1, 2, 3, 4, 5
)

select
  tenant_id,
  account_id,
  as_of_date,
  activity_kind,
  {%- for window in windows %}
  cast(sum(case when last_seen_weeks_ago < {{ window // 7 }} then 1 else 0 end) as bigint) as active_users_{{ window }}d,
  {%- endfor %}
  cast(sum(seen_previous_28d) as bigint) as previous_active_users_28d
from users
group by 1, 2, 3, 4
