-- The one look at all events that the build report and the platform's clock share.
select
  tenant_id,
  event_type,
  cast(known_date - event_date - 1 as integer) as late_days,
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
  cast(count(case when is_uncountable then 1 end) as bigint) as uncountable_count,
  cast(count(case when event_time > loaded_at then 1 end) as bigint) as ahead_count,
  max(case when event_time <= loaded_at then event_date end) as last_event_date,
  max(case when event_time <= loaded_at and not is_backfill then cast(loaded_at as date) end) as last_loaded_date
from "staging"."stg_platform_events"
group by 1, 2, 3, 4, 5
