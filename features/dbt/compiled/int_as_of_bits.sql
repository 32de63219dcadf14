with dates as (
  select distinct as_of_date
  from "intermediate"."int_rebuilt_dates"
  where is_wanted
),

numbered as (
  select
    as_of_date,
    cast(row_number() over (order by as_of_date) - 1 as integer) as position
  from dates
)

select
  as_of_date,
  cast(floor(position / 60.0) as integer) as as_of_group,
  cast(power(2, position % 60) as bigint) as as_of_bit
from numbered
