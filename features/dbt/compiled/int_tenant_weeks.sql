select
  tenant_id,
  cast((as_of_date - date '1970-01-05') % 7 as integer) as weekday,
  min(as_of_date) - 168 as first_date,
  max(as_of_date) as before_date
from "analytics"."tenant_as_of_dates"
group by 1, 2
