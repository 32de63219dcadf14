with source as (
  {{ landed_rows('platform_events') }}
),

renamed as (
  select
    tenant_id,
    account_id,
    user_id,
    lower(trim(event_type)) as event_type,
    event_time,
    cast(event_time as date) as event_date,
    {{ exact_quantity('quantity') }} as quantity,
    loaded_at
  from source
)

select * from renamed
