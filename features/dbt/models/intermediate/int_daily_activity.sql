{{ config(
  materialized='incremental',
  incremental_strategy='replace_slices',
  on_schema_change='fail',
  meta={'slices': {'model': 'int_changed_days', 'columns': ['tenant_id', 'activity_date']}}
) }}

with daily as (
  select
    activity.tenant_id,
    activity.account_key,
    activity.activity_date,
    activity.activity_kind,
    activity.known_date,
    cast(sum(activity.event_count) as bigint) as event_count,
    cast(sum(activity.quantity) as decimal(38, 3)) as quantity
  from {{ ref('int_recorded_activity') }} as activity
  inner join {{ ref('int_changed_days') }} as days
    on days.tenant_id = activity.tenant_id
    and days.activity_date = activity.activity_date
  group by 1, 2, 3, 4, 5
)

select
  *,
  known_date = min(known_date) over (partition by account_key, activity_date, activity_kind) as is_first_known
from daily
