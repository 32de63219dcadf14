with source as (
  select * from "raw"."backfills"
),

-- Ranges that touch or overlap become one, so that a row lies in one range at most.
marked as (
  select
    table_name,
    tenant_id,
    loaded_from,
    loaded_to,
    case
      when loaded_from <= max(loaded_to) over (
        partition by table_name, tenant_id order by loaded_from, loaded_to rows between unbounded preceding and 1 preceding
      ) then 0
      else 1
    end as begins
  from source
),

numbered as (
  select
    *,
    sum(begins) over (
      partition by table_name, tenant_id order by loaded_from, loaded_to rows between unbounded preceding and current row
    ) as range_number
  from marked
)

select
  table_name,
  tenant_id,
  min(loaded_from) as loaded_from,
  max(loaded_to) as loaded_to
from numbered
group by table_name, tenant_id, range_number
