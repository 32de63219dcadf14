with profiles as (
  select
    hours.tenant_id,
    hours.event_hour,
    sum(hours.event_count) as event_count
  from "intermediate"."int_event_hours" as hours
  inner join "intermediate"."int_new_days" as days
    on days.tenant_id = hours.tenant_id
    and hours.event_date < days.first_new_date
  group by 1, 2
),

totals as (
  select
    tenant_id,
    sum(event_count) as event_count
  from profiles
  group by 1
),

all_hours as (
  select n from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13), (14), (15), (16), (17), (18), (19), (20), (21), (22), (23)) as numbers(n)
),

usual as (
  select
    totals.tenant_id,
    all_hours.n as event_hour,
    ln((coalesce(profiles.event_count, 0) + 1) / (cast(totals.event_count as double) + 24)) as log_share
  from totals
  cross join all_hours
  left join profiles
    on profiles.tenant_id = totals.tenant_id
    and profiles.event_hour = all_hours.n
  where totals.event_count >= 200
),

new_hours as (
  select
    hours.tenant_id,
    hours.event_date,
    hours.event_hour,
    sum(hours.event_count) as event_count
  from "intermediate"."int_event_hours" as hours
  inner join "intermediate"."int_new_days" as days
    on days.tenant_id = hours.tenant_id
    and hours.event_date between days.first_new_date and days.newest_date
  group by 1, 2, 3
),

fits as (
  select
    new_hours.tenant_id,
    new_hours.event_date,
    shifts.n as shift_hours,
    sum(new_hours.event_count) as event_count,
    sum(new_hours.event_count * usual.log_share) as log_likelihood
  from new_hours
  cross join all_hours as shifts
  inner join usual
    on usual.tenant_id = new_hours.tenant_id
    and usual.event_hour = (new_hours.event_hour - shifts.n + 24) % 24
  group by 1, 2, 3
),

ranked as (
  select
    *,
    row_number() over (partition by tenant_id, event_date order by log_likelihood desc, shift_hours) as place,
    max(case when shift_hours = 0 then log_likelihood end) over (partition by tenant_id, event_date) as unshifted
  from fits
)

select
  tenant_id,
  event_date,
  cast(case when shift_hours > 12 then shift_hours - 24 else shift_hours end as integer) as shift_hours,
  cast(event_count as bigint) as event_count,
  -- Sums of logarithms depend on their order in the last digits.
  round((log_likelihood - unshifted) / event_count, 3) as gain
from ranked
where place = 1
