with daily as (
  select
    account_key,
    activity_date,
    activity_kind,
    known_date,
    cast(sum(event_count) as bigint) as event_count,
    cast(sum(quantity) as decimal(38, 3)) as quantity
  from {{ ref('int_recorded_activity') }}
  group by 1, 2, 3, 4
)

select
  *,
  known_date = min(known_date) over (partition by account_key, activity_date, activity_kind) as is_first_known
from daily
