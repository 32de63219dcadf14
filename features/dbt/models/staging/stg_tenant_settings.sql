with source as (
  {{ landed_rows('tenant_settings') }}
),

renamed as (
  select
    tenant_id,
    lower(trim(churn_definition)) as churn_definition,
    eligible_days,
    silent_days,
    grace_days,
    upper(nullif(trim(reporting_currency), '')) as reporting_currency,
    arrival_hours,
    history_from,
    data_through
  from source
)

select * from renamed
