with arrivals as (
  select
    tenant_id,
    sum(event_count) as event_count,
    sum(uncountable_count) as uncountable_count,
    sum(ahead_count) as ahead_count,
    sum(case when late_days > 0 then event_count else 0 end) as late_count,
    sum(case when loading_days is not null then event_count else 0 end) as arrived_count,
    max(late_days) as longest_late_days,
    max(last_event_date) as last_event_date
  from "intermediate"."int_event_arrivals"
  group by 1
),

unmapped_types as (
  select
    arrivals.tenant_id,
    arrivals.event_type,
    sum(arrivals.event_count) as event_count
  from "intermediate"."int_event_arrivals" as arrivals
  left join "staging"."stg_event_kinds" as kinds on kinds.event_type = arrivals.event_type
  where kinds.event_type is null
  group by 1, 2
),

unmapped_places as (
  select
    *,
    row_number() over (partition by tenant_id order by event_count desc, event_type) as place
  from unmapped_types
),

unmapped as (
  select
    tenant_id,
    sum(event_count) as event_count,
    count(*) as type_count,
    max(case when place = 1 then event_type || ' (' || cast(cast(event_count as bigint) as varchar) || ')' end)
  || coalesce(', ' || max(case when place = 2 then event_type || ' (' || cast(cast(event_count as bigint) as varchar) || ')' end), '')
  || coalesce(', ' || max(case when place = 3 then event_type || ' (' || cast(cast(event_count as bigint) as varchar) || ')' end), '')
  || coalesce(', ' || max(case when place = 4 then event_type || ' (' || cast(cast(event_count as bigint) as varchar) || ')' end), '')
  || coalesce(', ' || max(case when place = 5 then event_type || ' (' || cast(cast(event_count as bigint) as varchar) || ')' end), '')
  || case when max(place) > 5 then ', …' else '' end as subject
  from unmapped_places
  group by 1
),

orphan_places as (
  select
    tenant_id,
    account_id,
    event_count,
    row_number() over (partition by tenant_id order by event_count desc, account_id) as place
  from "intermediate"."int_account_totals"
  where not is_known
    and event_count > 0
),

orphans as (
  select
    tenant_id,
    sum(event_count) as event_count,
    count(*) as account_count,
    max(case when place = 1 then account_id end)
  || coalesce(', ' || max(case when place = 2 then account_id end), '')
  || coalesce(', ' || max(case when place = 3 then account_id end), '')
  || case when max(place) > 3 then ', …' else '' end as subject
  from orphan_places
  group by 1
),

early_places as (
  select
    tenant_id,
    account_id,
    early_event_count,
    created_date - first_active_date as early_days,
    row_number() over (partition by tenant_id order by early_event_count desc, account_id) as place
  from "intermediate"."int_account_totals"
  where early_event_count > 0
),

early as (
  select
    tenant_id,
    sum(early_event_count) as event_count,
    max(early_days) as early_days,
    max(case when place = 1 then account_id end)
  || coalesce(', ' || max(case when place = 2 then account_id end), '')
  || coalesce(', ' || max(case when place = 3 then account_id end), '')
  || case when max(place) > 3 then ', …' else '' end as subject
  from early_places
  group by 1
)

select
  unmapped.tenant_id,
  cast('unmapped_event_types' as varchar) as finding,
  cast(unmapped.subject as varchar) as subject,
  cast(unmapped.event_count as bigint) as row_count,
  cast(arrivals.event_count as bigint) as total_count,
  cast(unmapped.type_count as double) as quantity,
  cast(null as date) as first_date,
  cast(null as date) as last_date
from unmapped
inner join arrivals on arrivals.tenant_id = unmapped.tenant_id
union all
select
  orphans.tenant_id,
  cast('orphan_events' as varchar) as finding,
  cast(orphans.subject as varchar) as subject,
  cast(orphans.event_count as bigint) as row_count,
  cast(arrivals.event_count as bigint) as total_count,
  cast(orphans.account_count as double) as quantity,
  cast(null as date) as first_date,
  cast(null as date) as last_date
from orphans
inner join arrivals on arrivals.tenant_id = orphans.tenant_id
union all
select
  early.tenant_id,
  cast('events_before_creation' as varchar) as finding,
  cast(early.subject as varchar) as subject,
  cast(early.event_count as bigint) as row_count,
  cast(arrivals.event_count as bigint) as total_count,
  cast(early.early_days as double) as quantity,
  cast(null as date) as first_date,
  cast(null as date) as last_date
from early
inner join arrivals on arrivals.tenant_id = early.tenant_id
union all
select
  tenant_id,
  cast('late_events' as varchar) as finding,
  cast(null as varchar) as subject,
  cast(late_count as bigint) as row_count,
  cast(arrived_count as bigint) as total_count,
  cast(longest_late_days as double) as quantity,
  cast(null as date) as first_date,
  cast(null as date) as last_date
from arrivals
where late_count > 0
union all
select
  tenant_id,
  cast('events_ahead_of_loading' as varchar) as finding,
  cast(null as varchar) as subject,
  cast(ahead_count as bigint) as row_count,
  cast(event_count as bigint) as total_count,
  cast(null as double) as quantity,
  cast(null as date) as first_date,
  cast(null as date) as last_date
from arrivals
where ahead_count > 0
union all
select
  tenant_id,
  cast('uncountable_quantities' as varchar) as finding,
  cast(null as varchar) as subject,
  cast(uncountable_count as bigint) as row_count,
  cast(event_count as bigint) as total_count,
  cast(null as double) as quantity,
  cast(null as date) as first_date,
  cast(null as date) as last_date
from arrivals
where uncountable_count > 0
union all
select
  alike.tenant_id,
  cast('events_alike' as varchar) as finding,
  cast(null as varchar) as subject,
  cast(alike.event_count as bigint) as row_count,
  cast(arrivals.event_count as bigint) as total_count,
  cast(null as double) as quantity,
  cast(alike.first_date as date) as first_date,
  cast(alike.last_date as date) as last_date
from "intermediate"."int_events_alike" as alike
inner join arrivals on arrivals.tenant_id = alike.tenant_id
union all
select
  tenant_id,
  cast('outlying_first_events' as varchar) as finding,
  cast(null as varchar) as subject,
  cast(outlying_account_days as bigint) as row_count,
  cast(account_days as bigint) as total_count,
  cast(null as double) as quantity,
  cast(earliest_event_date as date) as first_date,
  cast(first_event_date as date) as last_date
from "intermediate"."int_tenant_first_days"
where outlying_account_days > 0
  and history_from is null
union all
select
  arrivals.tenant_id,
  cast('events_ended' as varchar) as finding,
  cast(null as varchar) as subject,
  cast(1 as bigint) as row_count,
  cast(1 as bigint) as total_count,
  cast(null as double) as quantity,
  cast(arrivals.last_event_date as date) as first_date,
  cast(tenants.data_through as date) as last_date
from arrivals
inner join "intermediate"."int_tenants" as tenants on tenants.tenant_id = arrivals.tenant_id
where arrivals.last_event_date < tenants.data_through - 28
