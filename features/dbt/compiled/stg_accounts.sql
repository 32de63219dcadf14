with source as (
  select * from "raw"."accounts"
),

renamed as (
  select
    tenant_id,
    account_id,
    name,
    nullif(trim(segment), '') as segment,
    nullif(trim(region), '') as region,
    owner,
    created_at,
    cast(created_at as date) as created_date
  from source
)

select * from renamed
