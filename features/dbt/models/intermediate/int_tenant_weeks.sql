{%- set lookback_days = 2 * (var('window_days') | max) %}
select
  tenant_id,
  cast((as_of_date - date '1970-01-05') % 7 as integer) as weekday,
  min(as_of_date) - {{ lookback_days }} as first_date,
  max(as_of_date) as before_date
from {{ ref('tenant_as_of_dates') }}
group by 1, 2
