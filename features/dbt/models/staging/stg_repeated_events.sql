{#-
  Producers send at least once and exports overlap. Few ids come again; a hash of each finds those few without sorting
  events or holding their ids, and rows without an id are never looked at. The landed rows are written out twice because
  an engine may otherwise keep all of them aside to read them twice.
#}
{%- set event_id = "trim(event_id)" -%}
{#- An id of blanks is none. That most are not is told by their first letter, which costs less than to trim them. -#}
{%- set has_id = "(event_id between '!' and '~' or trim(event_id) <> '')" -%}
with repeated as (
  select hash(tenant_id, {{ event_id }}) as id_hash
  from (
    {{ landed_rows('platform_events') }}
  ) as landed
  where {{ has_id }}
  group by 1
  having count(*) > 1
),

returned as (
  select landed.*
  from (
    {{ landed_rows('platform_events') }}
  ) as landed
  inner join repeated on repeated.id_hash = hash(landed.tenant_id, {{ event_id }})
  where {{ has_id }}
),

source as (
  {{ kept_of('select * from returned') }}
),

arriving as (
  {{ with_arrival('platform_events') }}
),

renamed as (
  {{ renamed_events('arriving') }}
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
