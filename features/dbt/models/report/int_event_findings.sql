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
  from {{ ref('int_event_arrivals') }}
  group by 1
),

unmapped_types as (
  select
    arrivals.tenant_id,
    arrivals.event_type,
    sum(arrivals.event_count) as event_count
  from {{ ref('int_event_arrivals') }} as arrivals
  left join {{ ref('stg_event_kinds') }} as kinds on kinds.event_type = arrivals.event_type
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
    {{ first_few("event_type || ' (' || cast(cast(event_count as bigint) as varchar) || ')'", 'place', 5) }} as subject
  from unmapped_places
  group by 1
),

orphan_places as (
  select
    tenant_id,
    account_id,
    event_count,
    row_number() over (partition by tenant_id order by event_count desc, account_id) as place
  from {{ ref('int_account_totals') }}
  where not is_known
    and event_count > 0
),

orphans as (
  select
    tenant_id,
    sum(event_count) as event_count,
    count(*) as account_count,
    {{ first_few('account_id', 'place', 3) }} as subject
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
  from {{ ref('int_account_totals') }}
  where early_event_count > 0
),

early as (
  select
    tenant_id,
    sum(early_event_count) as event_count,
    max(early_days) as early_days,
    {{ first_few('account_id', 'place', 3) }} as subject
  from early_places
  group by 1
)

select
  unmapped.tenant_id,
  {{ finding('unmapped_event_types', 'unmapped.event_count', 'arrivals.event_count', subject='unmapped.subject', quantity='unmapped.type_count') }}
from unmapped
inner join arrivals on arrivals.tenant_id = unmapped.tenant_id
union all
select
  orphans.tenant_id,
  {{ finding('orphan_events', 'orphans.event_count', 'arrivals.event_count', subject='orphans.subject', quantity='orphans.account_count') }}
from orphans
inner join arrivals on arrivals.tenant_id = orphans.tenant_id
union all
select
  early.tenant_id,
  {{ finding('events_before_creation', 'early.event_count', 'arrivals.event_count', subject='early.subject', quantity='early.early_days') }}
from early
inner join arrivals on arrivals.tenant_id = early.tenant_id
union all
select
  tenant_id,
  {{ finding('late_events', 'late_count', 'arrived_count', quantity='longest_late_days') }}
from arrivals
where late_count > 0
union all
select
  tenant_id,
  {{ finding('events_ahead_of_loading', 'ahead_count', 'event_count') }}
from arrivals
where ahead_count > 0
union all
select
  tenant_id,
  {{ finding('uncountable_quantities', 'uncountable_count', 'event_count') }}
from arrivals
where uncountable_count > 0
union all
select
  alike.tenant_id,
  {{ finding('events_alike', 'alike.event_count', 'arrivals.event_count', first_date='alike.first_date', last_date='alike.last_date') }}
from {{ ref('int_events_alike') }} as alike
inner join arrivals on arrivals.tenant_id = alike.tenant_id
union all
select
  tenant_id,
  {{ finding('outlying_first_events', 'outlying_account_days', 'account_days', first_date='earliest_event_date', last_date='first_event_date') }}
from {{ ref('int_tenant_first_days') }}
where outlying_account_days > 0
  and history_from is null
union all
select
  arrivals.tenant_id,
  {{ finding('events_ended', '1', '1', first_date='arrivals.last_event_date', last_date='tenants.data_through') }}
from arrivals
inner join {{ ref('int_tenants') }} as tenants on tenants.tenant_id = arrivals.tenant_id
where arrivals.last_event_date < tenants.data_through - {{ var('eligible_days') }}
