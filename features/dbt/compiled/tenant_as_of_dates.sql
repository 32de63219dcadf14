select
  tenant_id,
  as_of_date,
  is_grid_date
from "intermediate"."int_as_of_dates"
