with source as (
  {{ landed_rows('tenant_settings') }}
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
