with source as (
  {{ landed_rows('support_tickets') }}
),

renamed as (
  select
    tenant_id,
    account_id,
    cast(opened_at as date) as opened_date,
    cast(closed_at as date) as closed_date,
    lower(trim(severity)) as severity,
    cast(csat as decimal(9, 3)) as csat
  from source
)

select * from renamed
