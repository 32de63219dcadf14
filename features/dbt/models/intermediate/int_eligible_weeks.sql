{{ config(materialized='view') }}

with weeks_before as (
  select n from (values {% call(week) each_lookback_week(between=', ') %}({{ week }}){% endcall %}) as numbers(n)
)

select
  eligible.account_key,
  eligible.as_of_date,
  weeks_before.n as weeks_ago,
  eligible.as_of_date - 7 * weeks_before.n as week_end_date
from {{ ref('int_accounts_to_build') }} as eligible
cross join weeks_before
