with numbers as (
  select cast(ones.d + 10 * tens.d + 100 * hundreds.d + 1000 * thousands.d as integer) as n
  from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as ones(d)
  cross join (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as tens(d)
  cross join (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as hundreds(d)
  cross join (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as thousands(d)
),

ranges as (
  select
    as_of_group,
    min(as_of_date) as first_as_of_date,
    max(as_of_date) as last_as_of_date
  from "intermediate"."int_as_of_bits"
  group by 1
),

days as (
  select
    ranges.as_of_group,
    ranges.first_as_of_date + cast(numbers.n - {longest_window} as integer) as day
  from ranges
  inner join numbers on numbers.n <= ranges.last_as_of_date - ranges.first_as_of_date + {longest_window}
)

select
  days.as_of_group,
  days.day,
  cast(sum(case when (days.day <= dates.as_of_date) then dates.as_of_bit else 0 end) as bigint) as known_bits,/*each window*/
  cast(sum(case when (days.day < dates.as_of_date) and days.day >= dates.as_of_date - {window} then dates.as_of_bit else 0 end) as bigint) as seen_bits_{window}d,/*between*//*end*/
  cast(sum(case when days.day >= dates.as_of_date - 56 and days.day < dates.as_of_date - 28 then dates.as_of_bit else 0 end) as bigint) as seen_previous_bits_28d
from days
inner join "intermediate"."int_as_of_bits" as dates on dates.as_of_group = days.as_of_group
group by 1, 2
