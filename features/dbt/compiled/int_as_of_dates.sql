with tenants as (
  select
    tenant_id,
    first_as_of_date,
    data_through
  from "intermediate"."int_tenants"
  where first_as_of_date is not null
    and data_through is not null
),

numbers as (
  select cast(ones.d + 10 * tens.d + 100 * hundreds.d + 1000 * thousands.d as integer) as n
  from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as ones(d)
  cross join (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as tens(d)
  cross join (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as hundreds(d)
  cross join (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as thousands(d)
),

-- Counted from a fixed day, so that dates already scored and learnt from stay when data arrives.
grid as (
  select settings.grid_start + cast(settings.grid_step_days * numbers.n as integer) as as_of_date
  from "staging"."stg_feature_settings" as settings
  cross join numbers
),

-- What was asked for: by somebody, by the end of the data, and by scores that are there, whose features stay.
asked as (
  select tenant_id, data_through as as_of_date
  from tenants
  union
  select tenants.tenant_id, requests.as_of_date
  from tenants
  cross join "staging"."stg_as_of_requests" as requests
  union
  select tenant_id, as_of_date
  from "scores"."score_runs"
  where status = 'succeeded'
    and as_of_date is not null
),

wanted as (
  select tenants.tenant_id, grid.as_of_date
  from tenants
  inner join grid on grid.as_of_date between tenants.first_as_of_date and tenants.data_through
  union
  select tenant_id, as_of_date
  from asked
  union
  -- So that every score has one a week older to be compared with.
  select tenant_id, as_of_date - 7 as as_of_date
  from asked
)

select
  wanted.tenant_id,
  wanted.as_of_date,
  wanted.as_of_date >= settings.grid_start
  and (wanted.as_of_date - settings.grid_start) % settings.grid_step_days = 0 as is_grid_date
from wanted
cross join "staging"."stg_feature_settings" as settings
inner join tenants
  on tenants.tenant_id = wanted.tenant_id
  and wanted.as_of_date between tenants.first_as_of_date and tenants.data_through
