with repeated as (
  select hash(tenant_id, trim(event_id)) as id_hash
  from (
    select * from "raw"."platform_events"
  ) as landed
  where (event_id between '!' and '~' or trim(event_id) <> '')
  group by 1
  having count(*) > 1
),

returned as (
  select landed.*
  from (
    select * from "raw"."platform_events"
  ) as landed
  inner join repeated on repeated.id_hash = hash(landed.tenant_id, trim(event_id))
  where (event_id between '!' and '~' or trim(event_id) <> '')
),

source as (
  select landed.*
  from (
    select * from returned
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

-- The first arrival counts, so that a copy that comes later moves no feature of the days between.
numbered as (
  select
    *,
    row_number() over (
      partition by tenant_id, event_id
      order by arrived_at, loaded_at, event_time, account_id, event_type, user_id, quantity
    ) as copy_number,
    count(*) over (partition by tenant_id, event_id) as copy_count,
    min(account_id) over (partition by tenant_id, event_id) <> max(account_id) over (partition by tenant_id, event_id)
      or min(event_type) over (partition by tenant_id, event_id) <> max(event_type) over (partition by tenant_id, event_id)
      or min(event_date) over (partition by tenant_id, event_id) <> max(event_date) over (partition by tenant_id, event_id)
      as copies_disagree
  from renamed
)

select
  event_id,
  tenant_id,
  account_id,
  user_id,
  event_type,
  event_time,
  event_date,
  quantity,
  is_uncountable,
  loaded_at,
  is_backfill,
  arrived_at,
  cast(copy_count as bigint) as copy_count,
  copies_disagree
from numbered
where copy_number = 1
  and copy_count > 1
