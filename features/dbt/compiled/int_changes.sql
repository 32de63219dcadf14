with both_builds as (
  select source, tenant_id, activity_date, known_date, row_count, row_digest
  from "intermediate"."int_row_digests"
  union all
  select source, tenant_id, activity_date, known_date, -row_count as row_count, -row_digest as row_digest
  from (select source, tenant_id, activity_date, known_date, row_count, row_digest from "intermediate"."int_built_rows") as built
  where source <> 'as_of_date'
)

select
  source,
  tenant_id,
  activity_date,
  known_date
from both_builds
group by 1, 2, 3, 4
having sum(row_count) <> 0
  or sum(row_digest) <> 0
