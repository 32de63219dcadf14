select
  tenant_id,
  event_type,
  cast(known_date - event_date - 1 as integer) as late_days,
  loading_days,
  loading_hours,
  cast(sum(event_count) as bigint) as event_count,
  cast(sum(uncountable_count) as bigint) as uncountable_count,
  cast(sum(ahead_count) as bigint) as ahead_count,
  max(case when event_count > ahead_count then event_date end) as last_event_date,
  max(case when event_count > ahead_count then {{ add_days('event_date', 'loading_days') }} end) as last_loaded_date
from {{ ref('int_event_days') }}
group by 1, 2, 3, 4, 5
