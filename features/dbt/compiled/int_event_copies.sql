with alike as (
  select
    events.tenant_id,
    events.event_date,
    hash(events.account_id, coalesce(events.user_id, ''), events.event_type, events.event_time, events.quantity) as content_hash,
    count(*) as event_count
  from "staging"."stg_platform_events" as events
  inner join "intermediate"."int_new_days" as days
    on days.tenant_id = events.tenant_id
    and events.event_date between days.first_new_date and days.newest_date
  where events.event_time > cast(events.event_date as timestamp)
    -- Of all tenants: a bound that an engine knows before it reads, so that it skips what is older.
    and events.event_time >= (select cast(min(first_new_date) as timestamp) from "intermediate"."int_new_days")
  group by 1, 2, 3
)

select
  tenant_id,
  event_date,
  cast(sum(event_count) as bigint) as event_count,
  cast(sum(event_count - 1) as bigint) as copy_count
from alike
group by 1, 2
