with source as (
  {{ landed_rows('support_tickets') }}
),

arriving as (
  {{ with_arrival('support_tickets') }}
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
    {{ version_valid_from('opened_at') }} as valid_from,
    loaded_at,
    {{ row_arrived_at(version_valid_from('opened_at')) }} as arrived_at
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
  {{ superseded_date(['tenant_id', 'ticket_id'], ['loaded_at', 'closed_date', 'severity', 'csat']) }} as superseded_date
from known
