with source as (
  {{ landed_rows('event_kinds') }}
),

own as (
  select
    lower(trim(event_type)) as event_type,
    max(lower(trim(activity_kind))) as activity_kind
  from source
  group by 1
),

together as (
  select event_type, activity_kind
  from own
  union all
  select defaults.event_type, defaults.activity_kind
  from {{ ref('default_event_kinds') }} as defaults
  left join own on own.event_type = defaults.event_type
  where own.event_type is null
)

select event_type, activity_kind
from together
-- A kind that is not in use has no columns: its types count as `other`, like those that nothing maps.
where activity_kind in ({% call(kind) each_kind(between=', ') %}'{{ kind }}'{% endcall %})
