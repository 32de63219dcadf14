with hours as (
  select
    tenant_id,
    loading_hours,
    sum(event_count) as event_count
  from "intermediate"."int_event_arrivals"
  where loading_hours is not null
  group by 1, 2
),

running as (
  select
    hours.tenant_id,
    hours.loading_hours,
    coalesce(settings.arrival_hours, 0) as arrival_hours,
    sum(hours.event_count) over (partition by hours.tenant_id order by hours.loading_hours) as events_so_far,
    sum(hours.event_count) over (partition by hours.tenant_id) as all_events,
    sum(case when hours.loading_hours > coalesce(settings.arrival_hours, 0) then hours.event_count else 0 end)
      over (partition by hours.tenant_id) as late_events
  from hours
  left join "staging"."stg_tenant_settings" as settings on settings.tenant_id = hours.tenant_id
),

-- The least hours that would do for nearly all, where most events come later than is allowed for.
fitting as (
  select
    tenant_id,
    arrival_hours,
    min(loading_hours) as fitting_hours,
    min(events_so_far) as events_so_far,
    max(all_events) as all_events
  from running
  where loading_hours <= 24
    and 100 * events_so_far >= 95 * all_events
    and 2 * late_events > all_events
  group by 1, 2
)

select
  tenant_id,
  cast('arrival_hours' as varchar) as finding,
  cast(arrival_hours as varchar) as subject,
  cast(events_so_far as bigint) as row_count,
  cast(all_events as bigint) as total_count,
  cast(fitting_hours as double) as quantity,
  cast(null as date) as first_date,
  cast(null as date) as last_date
from fitting
union all
select
  tenant_id,
  cast('late_accounts' as varchar) as finding,
  cast(null as varchar) as subject,
  cast(late_count as bigint) as row_count,
  cast(version_count as bigint) as total_count,
  cast(longest_late_days as double) as quantity,
  cast(null as date) as first_date,
  cast(null as date) as last_date
from "intermediate"."int_version_arrivals"
where table_name = 'accounts'
  and late_count > 0
union all
select
  tenant_id,
  cast('late_subscriptions' as varchar) as finding,
  cast(null as varchar) as subject,
  cast(late_count as bigint) as row_count,
  cast(version_count as bigint) as total_count,
  cast(longest_late_days as double) as quantity,
  cast(null as date) as first_date,
  cast(null as date) as last_date
from "intermediate"."int_version_arrivals"
where table_name = 'subscriptions'
  and late_count > 0
union all
select
  tenant_id,
  cast('late_tickets' as varchar) as finding,
  cast(null as varchar) as subject,
  cast(late_count as bigint) as row_count,
  cast(version_count as bigint) as total_count,
  cast(longest_late_days as double) as quantity,
  cast(null as date) as first_date,
  cast(null as date) as last_date
from "intermediate"."int_version_arrivals"
where table_name = 'support_tickets'
  and late_count > 0
