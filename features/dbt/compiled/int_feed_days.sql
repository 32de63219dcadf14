select
  hours.tenant_id,
  cast('platform_events' as varchar) as source,
  hours.event_date as feed_date,
  cast(sum(hours.event_count) as bigint) as row_count
from "intermediate"."int_event_hours" as hours
inner join "intermediate"."int_new_days" as days
  on days.tenant_id = hours.tenant_id
  and hours.event_date <= days.newest_date
group by 1, 2, 3
union all
select
  versions.tenant_id,
  cast('accounts' as varchar) as source,
  cast(versions.known_date - 1 as date) as feed_date,
  cast(count(*) as bigint) as row_count
from "staging"."stg_accounts" as versions
inner join "intermediate"."int_new_days" as days
  on days.tenant_id = versions.tenant_id
  and versions.known_date - 1 between days.newest_date - 139 and days.newest_date
group by 1, 2, 3
union all
select
  versions.tenant_id,
  cast('subscriptions' as varchar) as source,
  cast(versions.known_date - 1 as date) as feed_date,
  cast(count(*) as bigint) as row_count
from "staging"."stg_subscriptions" as versions
inner join "intermediate"."int_new_days" as days
  on days.tenant_id = versions.tenant_id
  and versions.known_date - 1 between days.newest_date - 139 and days.newest_date
group by 1, 2, 3
union all
select
  versions.tenant_id,
  cast('support_tickets' as varchar) as source,
  cast(versions.known_date - 1 as date) as feed_date,
  cast(count(*) as bigint) as row_count
from "staging"."stg_support_tickets" as versions
inner join "intermediate"."int_new_days" as days
  on days.tenant_id = versions.tenant_id
  and versions.known_date - 1 between days.newest_date - 139 and days.newest_date
group by 1, 2, 3
