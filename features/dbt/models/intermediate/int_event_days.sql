-- The one look at all events that the platform's clock, the build report and the search for changes share.
select
  tenant_id,
  event_type,
  event_date,
  known_date,
  cast(case when not is_backfill then greatest(cast(loaded_at as date) - event_date, 0) end as integer) as loading_days,
  -- Of a load within a day after the midnight, so many hours after it. More are as good as none of them.
  cast(
    case
      when is_backfill then null
      when cast(loaded_at as date) <= event_date then 0
      else least(24 * (cast(loaded_at as date) - event_date - 1) + extract(hour from loaded_at) + 1, 25)
    end as integer
  ) as loading_hours,
  cast(count(*) as bigint) as event_count,
  cast(count(event_id) as bigint) as identified_count,
  cast(count(case when is_uncountable then 1 end) as bigint) as uncountable_count,
  cast(count(case when event_time > loaded_at then 1 end) as bigint) as ahead_count,
  {{ digest(['account_id', 'user_id', 'event_type', 'quantity']) }} as row_digest
from {{ ref('stg_platform_events') }}
group by 1, 2, 3, 4, 5, 6
