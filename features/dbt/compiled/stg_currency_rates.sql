with source as (
  select * from "raw"."currency_rates"
),

arriving as (
  select
    source.*,
    source.loaded_at as settled_at,
    backfills.loaded_from is not null as is_backfill
  from source
  left join "staging"."stg_backfills" as backfills
    on backfills.table_name = 'currency_rates'
    and backfills.tenant_id = '*'
    and source.loaded_at >= backfills.loaded_from
    and source.loaded_at <= backfills.loaded_to
),

renamed as (
  select
    upper(trim(currency)) as currency,
    rate,
    coalesce(valid_from, case when is_backfill then timestamp '1970-01-01' else settled_at end) as valid_from,
    loaded_at,
    case when is_backfill then coalesce(valid_from, case when is_backfill then timestamp '1970-01-01' else settled_at end) else settled_at end as arrived_at
  from arriving
),

known as (
  select
    *,
    (cast(greatest(valid_from, arrived_at) as date) + 1) as known_date
  from renamed
)

select
  *,
  min(known_date) over (
    partition by currency
    order by valid_from, arrived_at, loaded_at, rate
    rows between 1 following and unbounded following
  ) as superseded_date
from known
