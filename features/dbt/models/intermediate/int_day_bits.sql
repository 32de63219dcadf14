with numbers as (
  {{ whole_numbers() }}
),

ranges as (
  select
    as_of_group,
    min(as_of_date) as first_as_of_date,
    max(as_of_date) as last_as_of_date
  from {{ ref('int_as_of_bits') }}
  group by 1
),

days as (
  select
    ranges.as_of_group,
    {{ add_days('ranges.first_as_of_date', 'numbers.n - ' ~ longest_window()) }} as day
  from ranges
  inner join numbers on numbers.n <= ranges.last_as_of_date - ranges.first_as_of_date + {{ longest_window() }}
)

select
  days.as_of_group,
  days.day,
  {{ as_of_bits_where(is_known('dates.as_of_date', 'days.day')) }} as known_bits,
  {%- call(window, weeks) each_window() %}
  {{ as_of_bits_where(known_before('dates.as_of_date', 'days.day') ~ ' and days.day >= dates.as_of_date - ' ~ window) }} as seen_bits_{{ window }}d,
  {%- endcall %}
  {{ as_of_bits_where('days.day >= dates.as_of_date - 56 and days.day < dates.as_of_date - 28') }} as seen_previous_bits_28d
from days
inner join {{ ref('int_as_of_bits') }} as dates on dates.as_of_group = days.as_of_group
group by 1, 2
