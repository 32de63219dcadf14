with source as (
  select * from "raw"."platform_events"
),

renamed as (
  select
    tenant_id,
    account_id,
    user_id,
    lower(trim(event_type)) as event_type,
    event_time,
    cast(event_time as date) as event_date,
    coalesce(try_cast(quantity as decimal(18, 3)), 1) as quantity,
    loaded_at
  from source
)

select * from renamed
