with days as (
  select tenant_id, activity_date
  from "intermediate"."int_row_digests"
  where source = 'platform_events'
  union
  select tenant_id, activity_date
  from (select source, tenant_id, activity_date, known_date, row_count, row_digest from "intermediate"."int_built_rows") as built
  where source = 'platform_events'
),

-- Other kinds make other rows of every day.
changed as (
  select tenant_id, activity_date
  from "intermediate"."int_changes"
  where source = 'platform_events'
  union
  select tenant_id, activity_date
  from days
  where exists (select 1 from "intermediate"."int_changes" where source = 'event_kinds')
)

select tenant_id, activity_date
from changed
union
-- What a tenant did is what the operator's account did.
select 'platform' as tenant_id, activity_date
from changed
union
select 'platform' as tenant_id, activity_date
from days
where tenant_id in (select tenant_id from "intermediate"."int_changes" where source = 'operator_accounts')
