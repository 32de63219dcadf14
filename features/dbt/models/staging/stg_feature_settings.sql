with source as (
  {{ landed_rows('feature_settings') }}
),

renamed as (
  select
    lower(trim(setting)) as setting,
    trim(value) as value
  from source
)

select
  coalesce(
    max(case when setting = 'grid_start' then try_cast(value as date) end), date '{{ var('grid_start') }}'
  ) as grid_start,
  coalesce(
    max(case when setting = 'grid_step_days' then try_cast(value as integer) end), {{ var('grid_step_days') }}
  ) as grid_step_days
from renamed
