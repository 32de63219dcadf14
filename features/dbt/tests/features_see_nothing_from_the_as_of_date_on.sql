-- Counts the events before the as-of midnight again, straight from staging and without weeks or windows. A feature
-- that saw an event on or after that midnight, or missed one before, differs. Each tenant's last two dates are checked.
with checked as (
  select features.*
  from {{ ref('account_features') }} as features
  inner join {{ ref('tenant_profiles') }} as tenants on tenants.tenant_id = features.tenant_id
  where features.as_of_date >= tenants.data_through - 7
    and features.tenant_id <> '{{ var("operator_tenant") }}'
),

recounted as (
  select
    checked.tenant_id,
    checked.account_id,
    checked.as_of_date,
    count(*) as events_84d,
    count(distinct events.event_date) as active_days_84d,
    count(distinct events.user_id) as active_users_84d,
    checked.as_of_date - max(events.event_date) as days_since_last_event
  from checked
  inner join {{ ref('stg_platform_events') }} as events
    on events.tenant_id = checked.tenant_id
    and events.account_id = checked.account_id
    and events.event_time < cast(checked.as_of_date as timestamp)
    and events.arrived_at < cast(checked.as_of_date as timestamp)
    and events.event_time >= cast(checked.as_of_date - 84 as timestamp)
  group by 1, 2, 3
)

select
  checked.tenant_id,
  checked.account_id,
  checked.as_of_date
from checked
left join recounted
  on recounted.tenant_id = checked.tenant_id
  and recounted.account_id = checked.account_id
  and recounted.as_of_date = checked.as_of_date
where checked.events_84d <> coalesce(recounted.events_84d, 0)
  or checked.active_days_84d <> coalesce(recounted.active_days_84d, 0)
  or checked.active_users_84d <> coalesce(recounted.active_users_84d, 0)
  or (recounted.days_since_last_event is not null and checked.days_since_last_event <> recounted.days_since_last_event)
  or (recounted.days_since_last_event is null and checked.days_since_last_event <= 84)
