with source as (
  {{ kept_rows('platform_events') }}
),

arriving as (
  {{ with_arrival('platform_events') }}
),

renamed as (
  {{ renamed_events('arriving') }}
),

-- An event counts once. An event without an id has nothing to be known again by. An outer join, since an engine may hold all
-- events aside to look for each in a `not exists`.
once as (
  select renamed.*
  from renamed
  left join {{ ref('stg_repeated_events') }} as repeated
    on repeated.tenant_id = renamed.tenant_id
    and repeated.event_id = renamed.event_id
  where repeated.tenant_id is null
  union all
  select
    event_id, tenant_id, account_id, user_id, event_type, event_time, event_date, quantity, is_uncountable, loaded_at,
    is_backfill, arrived_at
  from {{ ref('stg_repeated_events') }}
)

select
  *,
  {{ first_known_date('event_time', 'arrived_at') }} as known_date
from once
