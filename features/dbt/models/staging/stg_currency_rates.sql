{#- A rate belongs to no tenant; it arrives when it is loaded, and its back-fills are those of every tenant. #}
with source as (
  {{ landed_rows('currency_rates') }}
),

arriving as (
  select
    source.*,
    source.loaded_at as settled_at,
    backfills.loaded_from is not null as is_backfill
  from source
  left join {{ ref('stg_backfills') }} as backfills
    on backfills.table_name = 'currency_rates'
    and backfills.tenant_id = '*'
    and source.loaded_at >= backfills.loaded_from
    and source.loaded_at <= backfills.loaded_to
),

renamed as (
  select
    upper(trim(currency)) as currency,
    rate,
    {{ version_valid_from("timestamp '1970-01-01'") }} as valid_from,
    loaded_at,
    {{ row_arrived_at(version_valid_from("timestamp '1970-01-01'")) }} as arrived_at
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
  {{ superseded_date(['currency'], ['loaded_at', 'rate']) }} as superseded_date
from known
