{%- set findings = {'accounts': 'late_accounts', 'subscriptions': 'late_subscriptions', 'support_tickets': 'late_tickets'} -%}

with hours as (
  select
    tenant_id,
    loading_hours,
    sum(event_count) as event_count
  from {{ ref('int_event_arrivals') }}
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
  left join {{ ref('stg_tenant_settings') }} as settings on settings.tenant_id = hours.tenant_id
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
    and 100 * events_so_far >= {{ var('usual_percent') }} * all_events
    and 2 * late_events > all_events
  group by 1, 2
)

select
  tenant_id,
  {{ finding('arrival_hours', 'events_so_far', 'all_events', subject='arrival_hours', quantity='fitting_hours') }}
from fitting
{%- for table, name in findings.items() %}
union all
select
  tenant_id,
  {{ finding(name, 'late_count', 'version_count', quantity='longest_late_days') }}
from {{ ref('int_version_arrivals') }}
where table_name = '{{ table }}'
  and late_count > 0
{%- endfor %}
