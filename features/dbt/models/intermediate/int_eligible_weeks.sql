{%- set lookback_weeks = 2 * (var('window_days') | max) // 7 -%}

with weeks_before as (
  {{ numbers_below(lookback_weeks) }}
)

select
  eligible.account_key,
  eligible.as_of_date,
  weeks_before.n as weeks_ago,
  eligible.as_of_date - 7 * weeks_before.n as week_end_date
from {{ ref('int_accounts_to_build') }} as eligible
cross join weeks_before
