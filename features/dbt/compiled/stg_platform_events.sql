with source as (
  select landed.*
  from (
    select * from "raw"."platform_events"
  ) as landed
  where not exists (
    select 1
    from "staging"."stg_erased_accounts" as erased
    where erased.tenant_id = landed.tenant_id
      and erased.account_id = landed.account_id
  )
),

arriving as (
  select
    source.*,
    every_tenant.loaded_from is not null or one_tenant.loaded_from is not null as is_backfill,
    case
      when settings.arrival_hours is null then source.loaded_at
      else source.loaded_at - to_hours(cast(settings.arrival_hours as integer))
    end as settled_at
  from source
  left join "staging"."stg_tenant_settings" as settings on settings.tenant_id = source.tenant_id
  left join "staging"."stg_backfills" as every_tenant
    on every_tenant.table_name = 'platform_events'
    and every_tenant.tenant_id = '*'
    and source.loaded_at >= every_tenant.loaded_from
    and source.loaded_at <= every_tenant.loaded_to
  left join "staging"."stg_backfills" as one_tenant
    on one_tenant.table_name = 'platform_events'
    and one_tenant.tenant_id = source.tenant_id
    and source.loaded_at >= one_tenant.loaded_from
    and source.loaded_at <= one_tenant.loaded_to
),

renamed as (
  select
    nullif(trim(event_id), '') as event_id,
    tenant_id,
    account_id,
    user_id,
    lower(trim(event_type)) as event_type,
    event_time,
    cast(event_time as date) as event_date,
    coalesce(try_cast(quantity as decimal(18, 3)), 1) as quantity,
    quantity is not null and try_cast(quantity as decimal(18, 3)) is null as is_uncountable,
    loaded_at,
    is_backfill,
    case when is_backfill then event_time else settled_at end as arrived_at
  from arriving
),

-- An event counts once. An event without an id has nothing to be known again by. An outer join, since an engine may hold all
-- events aside to look for each in a `not exists`.
once as (
  select renamed.*
  from renamed
  left join "staging"."stg_repeated_events" as repeated
    on repeated.tenant_id = renamed.tenant_id
    and repeated.event_id = renamed.event_id
  where repeated.tenant_id is null
  union all
  select
    event_id, tenant_id, account_id, user_id, event_type, event_time, event_date, quantity, is_uncountable, loaded_at,
    is_backfill, arrived_at
  from "staging"."stg_repeated_events"
)

select
  *,
  (cast(greatest(event_time, arrived_at) as date) + 1) as known_date
from once
