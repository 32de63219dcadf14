with source as (
  {{ kept_rows('accounts') }}
),

arriving as (
  {{ with_arrival('accounts') }}
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
    cast(created_at as date) as created_date,
    is_backfill,
    valid_from is not null as has_valid_from,
    {{ version_valid_from('created_at') }} as valid_from,
    loaded_at,
    {{ row_arrived_at(version_valid_from('created_at')) }} as arrived_at
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
  {{ superseded_date(['tenant_id', 'account_id'], ['loaded_at', 'name', 'segment', 'region', 'owner', 'created_at']) }} as superseded_date
from known
