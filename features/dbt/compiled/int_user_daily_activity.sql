with events as (
  select
    platform_events.tenant_id,
    platform_events.account_id,
    platform_events.user_id,
    platform_events.event_date as activity_date,
    coalesce(activity_kinds.activity_kind, 'other') as activity_kind,
    cast(count(*) as bigint) as event_count,
    cast(sum(platform_events.quantity) as decimal(38, 3)) as quantity
  from "staging"."stg_platform_events" as platform_events
  left join "reference"."activity_kinds" as activity_kinds
    on activity_kinds.event_type = platform_events.event_type
  group by 1, 2, 3, 4, 5
),

operator_accounts as (
  select account_id as tenant_id
  from "staging"."stg_accounts"
  where tenant_id = 'platform'
),

-- What a tenant's accounts did is what the tenant did, in the operator's eyes.
operator_events as (
  select
    events.tenant_id as account_id,
    events.user_id,
    events.activity_date,
    events.activity_kind,
    events.event_count,
    events.quantity
  from events
  inner join operator_accounts on operator_accounts.tenant_id = events.tenant_id
  where events.tenant_id <> 'platform'
  union all
  select account_id, user_id, activity_date, activity_kind, event_count, quantity
  from events
  where tenant_id = 'platform'
)

select tenant_id, account_id, user_id, activity_date, activity_kind, event_count, quantity
from events
where tenant_id <> 'platform'
union all
select
  'platform' as tenant_id,
  account_id,
  user_id,
  activity_date,
  activity_kind,
  cast(sum(event_count) as bigint) as event_count,
  cast(sum(quantity) as decimal(38, 3)) as quantity
from operator_events
group by 2, 3, 4, 5
