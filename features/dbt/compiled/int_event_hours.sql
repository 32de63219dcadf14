select
  events.tenant_id,
  events.event_date,
  cast(extract(hour from events.event_time) as integer) as event_hour,
  events.event_type,
  cast(count(*) as bigint) as event_count,
  cast(count(*) - count(events.user_id) as bigint) as userless_count,
  cast(
    sum(
      case
        when abs(events.quantity) >= 1000000 then 6
        when abs(events.quantity) >= 100000 then 5
        when abs(events.quantity) >= 10000 then 4
        when abs(events.quantity) >= 1000 then 3
        when abs(events.quantity) >= 100 then 2
        when abs(events.quantity) >= 10 then 1
        when abs(events.quantity) >= 1 then 0
        when abs(events.quantity) >= 0.1 then -1
        else -2
      end
    ) as bigint
  ) as magnitude,
  cast(count(case when events.loaded_at >= days.first_new_date then 1 end) as bigint) as new_count,
  cast(count(case when events.loaded_at >= days.first_new_date and events.event_time > events.loaded_at then 1 end) as bigint) as new_ahead_count
from "staging"."stg_platform_events" as events
inner join "intermediate"."int_new_days" as days
  on days.tenant_id = events.tenant_id
  and events.event_date >= days.first_past_date
-- Of all tenants: a bound that an engine knows before it reads, so that it skips what is older.
where events.event_time >= (select cast(min(first_past_date) as timestamp) from "intermediate"."int_new_days")
group by 1, 2, 3, 4
