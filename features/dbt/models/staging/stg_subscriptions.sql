with source as (
  {{ kept_rows('subscriptions') }}
),

arriving as (
  {{ with_arrival('subscriptions') }}
),

renamed as (
  select
    coalesce(
      nullif(trim(subscription_id), ''),
      account_id || '/' || coalesce(trim(product), '') || '/' || cast(started_at as varchar)
    ) as subscription_id,
    tenant_id,
    account_id,
    coalesce(nullif(trim(product), ''), '') as product,
    nullif(trim(plan), '') as plan,
    seats,
    mrr,
    upper(nullif(trim(currency), '')) as currency,
    started_at,
    renews_at,
    cast(started_at as date) as started_date,
    cast(renews_at as date) as renews_date,
    cast(cancelled_at as date) as cancelled_date,
    -- Whether renews_at is what stood on the contract at the time; in a back-fill of today's state it has moved since.
    valid_from is not null or not is_backfill as is_dated,
    is_backfill,
    valid_from is not null as has_valid_from,
    {{ version_valid_from('started_at') }} as valid_from,
    loaded_at,
    {{ row_arrived_at(version_valid_from('started_at')) }} as arrived_at
  from arriving
),

known as (
  select
    *,
    {{ first_known_date('valid_from', 'arrived_at') }} as known_date
  from renamed
)

select
  *,
  {{ superseded_date(['tenant_id', 'subscription_id'], ['loaded_at', 'started_at', 'renews_at', 'cancelled_date', 'plan', 'mrr', 'seats']) }} as superseded_date
from known
