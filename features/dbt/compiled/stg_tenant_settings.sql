with source as (
  select * from "raw"."tenant_settings"
),

renamed as (
  select
    tenant_id,
    lower(trim(churn_definition)) as churn_definition,
    eligible_days,
    data_through
  from source
)

select * from renamed
