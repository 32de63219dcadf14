with source as (
  {{ landed_rows('platform_events') }}
),

arriving as (
  {{ with_arrival('platform_events') }}
),

renamed as (
  select
    event_id,
    tenant_id,
    account_id,
    user_id,
    lower(trim(event_type)) as event_type,
    event_time,
    cast(event_time as date) as event_date,
    {{ exact_quantity('quantity') }} as quantity,
    quantity is not null and {{ is_uncountable('quantity') }} as is_uncountable,
    loaded_at,
    is_backfill,
    {{ row_arrived_at('event_time') }} as arrived_at
  from arriving
)

select
  *,
  {{ first_known_date('event_time', 'arrived_at') }} as known_date
from renamed
