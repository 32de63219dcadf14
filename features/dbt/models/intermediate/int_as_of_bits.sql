{#- How many as-of dates one whole number of 64 bits stands for, its sign left alone. -#}
{%- set group_size = 60 -%}

with dates as (
  select distinct as_of_date
  from {{ ref('int_rebuilt_dates') }}
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
  cast(floor(position / {{ group_size }}.0) as integer) as as_of_group,
  cast(power(2, position % {{ group_size }}) as bigint) as as_of_bit
from numbered
