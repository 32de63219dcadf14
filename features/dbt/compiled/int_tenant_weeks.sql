select distinct
  tenant_id,
  cast((as_of_date - date '1970-01-05') % 7 as integer) as weekday
from "analytics"."tenant_as_of_dates"
