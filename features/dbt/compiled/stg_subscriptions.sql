with source as (
  select * from "raw"."subscriptions"
),

renamed as (
  select
    tenant_id,
    account_id,
    nullif(trim(plan), '') as plan,
    seats,
    mrr,
    upper(nullif(trim(currency), '')) as currency,
    started_at,
    renews_at,
    cast(started_at as date) as started_date,
    cast(renews_at as date) as renews_date,
    cast(cancelled_at as date) as cancelled_date
  from source
)

select * from renamed
