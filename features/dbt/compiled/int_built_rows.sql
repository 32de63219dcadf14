-- Read by the next build, so it is the last that this one writes.
-- depends_on: "analytics"."account_daily_activity"
-- depends_on: "analytics"."account_features"
-- depends_on: "analytics"."account_churn_labels"
select
  source,
  tenant_id,
  activity_date,
  known_date,
  row_count,
  row_digest
from "intermediate"."int_row_digests"
union all
select
  'as_of_date' as source,
  tenant_id,
  cast(null as date) as activity_date,
  as_of_date as known_date,
  1 as row_count,
  cast(0 as bigint) as row_digest
from "intermediate"."int_as_of_dates"
