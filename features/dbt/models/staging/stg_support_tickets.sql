with source as (
  {{ kept_rows('support_tickets') }}
),

arriving as (
  {{ with_arrival('support_tickets') }}
),

numbered as (
  select
    *,
    row_number() over (
      partition by tenant_id, account_id, opened_at, valid_from, loaded_at, nullif(trim(ticket_id), '') is null
      order by severity, closed_at, csat
    ) as load_number
  from arriving
),

renamed as (
  select
    -- Without an id account and time of opening tell a ticket, and among those of one load a number.
    coalesce(
      nullif(trim(ticket_id), ''),
      account_id || '/' || cast(opened_at as varchar) || case when load_number > 1 then '/' || cast(load_number as varchar) else '' end
    ) as ticket_id,
    tenant_id,
    account_id,
    cast(opened_at as date) as opened_date,
    cast(closed_at as date) as closed_date,
    lower(trim(severity)) as severity,
    cast(csat as decimal(9, 3)) as csat,
    is_backfill,
    valid_from is not null as has_valid_from,
    {{ version_valid_from('opened_at') }} as valid_from,
    loaded_at,
    {{ row_arrived_at(version_valid_from('opened_at')) }} as arrived_at
  from numbered
),

known as (
  select
    *,
    {{ first_known_date('valid_from', 'arrived_at') }} as known_date
  from renamed
)

select
  *,
  {{ superseded_date(['tenant_id', 'ticket_id'], ['loaded_at', 'closed_date', 'severity', 'csat']) }} as superseded_date
from known
