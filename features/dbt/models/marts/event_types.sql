select
  events.tenant_id,
  events.event_type,
  coalesce(event_kinds.activity_kind, 'other') as activity_kind,
  event_kinds.activity_kind is not null as is_mapped,
  cast(sum(events.event_count) as bigint) as event_count,
  min(events.event_date) as first_event_date,
  max(events.event_date) as last_event_date
from {{ ref('int_event_days') }} as events
left join {{ ref('stg_event_kinds') }} as event_kinds on event_kinds.event_type = events.event_type
group by 1, 2, 3, 4
