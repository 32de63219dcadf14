with source as (
  select landed.*
  from (
    select * from "raw"."subscriptions"
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
    on every_tenant.table_name = 'subscriptions'
    and every_tenant.tenant_id = '*'
    and source.loaded_at >= every_tenant.loaded_from
    and source.loaded_at <= every_tenant.loaded_to
  left join "staging"."stg_backfills" as one_tenant
    on one_tenant.table_name = 'subscriptions'
    and one_tenant.tenant_id = source.tenant_id
    and source.loaded_at >= one_tenant.loaded_from
    and source.loaded_at <= one_tenant.loaded_to
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
    coalesce(valid_from, case when is_backfill then started_at else settled_at end) as valid_from,
    loaded_at,
    case when is_backfill then coalesce(valid_from, case when is_backfill then started_at else settled_at end) else settled_at end as arrived_at
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
    partition by tenant_id, subscription_id
    order by valid_from, arrived_at, loaded_at, started_at, renews_at, cancelled_date, plan, mrr, seats
    rows between 1 following and unbounded following
  ) as superseded_date
from known
