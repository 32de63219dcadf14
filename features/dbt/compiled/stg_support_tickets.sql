with source as (
  select * from "raw"."support_tickets"
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
    on every_tenant.table_name = 'support_tickets'
    and every_tenant.tenant_id = '*'
    and source.loaded_at >= every_tenant.loaded_from
    and source.loaded_at <= every_tenant.loaded_to
  left join "staging"."stg_backfills" as one_tenant
    on one_tenant.table_name = 'support_tickets'
    and one_tenant.tenant_id = source.tenant_id
    and source.loaded_at >= one_tenant.loaded_from
    and source.loaded_at <= one_tenant.loaded_to
),

renamed as (
  select
    coalesce(nullif(trim(ticket_id), ''), account_id || '/' || cast(opened_at as varchar)) as ticket_id,
    tenant_id,
    account_id,
    cast(opened_at as date) as opened_date,
    cast(closed_at as date) as closed_date,
    lower(trim(severity)) as severity,
    cast(csat as decimal(9, 3)) as csat,
    coalesce(valid_from, case when is_backfill then opened_at else settled_at end) as valid_from,
    loaded_at,
    case when is_backfill then coalesce(valid_from, case when is_backfill then opened_at else settled_at end) else settled_at end as arrived_at
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
    partition by tenant_id, ticket_id
    order by valid_from, arrived_at, loaded_at, closed_date, severity, csat
    rows between 1 following and unbounded following
  ) as superseded_date
from known
