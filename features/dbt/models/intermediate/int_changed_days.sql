{%- set operator = "'" ~ var('operator_tenant') ~ "'" -%}

with days as (
  select tenant_id, activity_date
  from {{ ref('int_row_digests') }}
  where source = 'platform_events'
  union
  select tenant_id, activity_date
  from ({{ built_rows() }}) as built
  where source = 'platform_events'
),

-- Other kinds make other rows of every day.
changed as (
  select tenant_id, activity_date
  from {{ ref('int_changes') }}
  where source = 'platform_events'
  union
  select tenant_id, activity_date
  from days
  where exists (select 1 from {{ ref('int_changes') }} where source = 'event_kinds')
)

select tenant_id, activity_date
from changed
union
-- What a tenant did is what the operator's account did.
select {{ operator }} as tenant_id, activity_date
from changed
union
select {{ operator }} as tenant_id, activity_date
from days
where tenant_id in (select tenant_id from {{ ref('int_changes') }} where source = 'operator_accounts')
