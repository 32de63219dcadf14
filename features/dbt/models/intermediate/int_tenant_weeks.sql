select distinct
  tenant_id,
  cast((as_of_date - date '1970-01-05') % 7 as integer) as weekday
from {{ ref('tenant_as_of_dates') }}
