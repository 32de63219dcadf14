with source as (
  select * from "raw"."feature_settings"
),

renamed as (
  select
    lower(trim(setting)) as setting,
    trim(value) as value
  from source
)

select
  coalesce(
    max(case when setting = 'grid_start' then try_cast(value as date) end), date '1970-01-05'
  ) as grid_start,
  coalesce(
    max(case when setting = 'grid_step_days' then try_cast(value as integer) end), 14
  ) as grid_step_days
from renamed
