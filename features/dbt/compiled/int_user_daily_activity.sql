with events as (
  select
    platform_events.tenant_id,
    keys.account_key,
    case when platform_events.user_id is not null then hash(platform_events.user_id) end as user_key,
    platform_events.event_date as activity_date,
    coalesce(event_kinds.activity_kind, 'other') as activity_kind,
    platform_events.known_date,
    platform_events.quantity
  from "staging"."stg_platform_events" as platform_events
  inner join "intermediate"."int_changed_days" as days
    on days.tenant_id = platform_events.tenant_id
    and days.activity_date = platform_events.event_date
  inner join "intermediate"."int_account_keys" as keys
    on keys.tenant_id = platform_events.tenant_id
    and keys.account_id = platform_events.account_id
  left join "staging"."stg_event_kinds" as event_kinds
    on event_kinds.event_type = platform_events.event_type
  -- Of all tenants: a bound that an engine knows before it reads, so that it skips what is older.
  where platform_events.event_time >= (select cast(min(activity_date) as timestamp) from "intermediate"."int_changed_days")
)

select
  tenant_id,
  account_key,
  user_key,
  activity_date,
  activity_kind,
  known_date,
  cast(count(*) as bigint) as event_count,
  cast(sum(quantity) as decimal(38, 3)) as quantity
from events
group by 1, 2, 3, 4, 5, 6
