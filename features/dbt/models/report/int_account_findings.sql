{%- set operator = "'" ~ var('operator_tenant') ~ "'" -%}

with unscored_places as (
  select
    *,
    row_number() over (partition by tenant_id, reason order by account_id) as place
  from {{ ref('int_unscored_accounts') }}
),

unscored as (
  select
    tenant_id,
    reason,
    count(*) as account_count,
    {{ first_few('account_id', 'place', 3) }} as subject
  from unscored_places
  group by 1, 2
),

-- One id that falls silent in one tenant as it comes up in another, under one name. Neither is told which the other is.
named as (
  select
    totals.tenant_id,
    totals.account_id,
    totals.first_active_date,
    totals.last_active_date,
    lower(trim(profiles.name)) as name,
    tenants.data_through
  from {{ ref('int_account_totals') }} as totals
  inner join {{ ref('account_profiles') }} as profiles
    on profiles.tenant_id = totals.tenant_id
    and profiles.account_id = totals.account_id
  inner join {{ ref('int_tenants') }} as tenants on tenants.tenant_id = totals.tenant_id
  where totals.tenant_id <> {{ operator }}
    and totals.event_count > 0
),

moves as (
  select
    departed.tenant_id as from_tenant_id,
    arrived.tenant_id as to_tenant_id,
    departed.account_id,
    departed.last_active_date,
    arrived.first_active_date
  from named as departed
  inner join named as arrived
    on arrived.account_id = departed.account_id
    and arrived.tenant_id <> departed.tenant_id
    and coalesce(arrived.name = departed.name, true)
    and arrived.first_active_date >= departed.last_active_date - {{ var('move_overlap_days') }}
    and arrived.first_active_date <= departed.last_active_date + {{ var('move_gap_days') }}
    and arrived.last_active_date > departed.last_active_date
    and arrived.first_active_date > departed.first_active_date
    and departed.last_active_date < departed.data_through - {{ var('eligible_days') }}
),

moved_accounts as (
  select from_tenant_id as tenant_id, account_id, min(last_active_date) as moved_date, 'out' as direction
  from moves
  group by 1, 2
  union all
  select to_tenant_id as tenant_id, account_id, min(first_active_date) as moved_date, 'in' as direction
  from moves
  group by 1, 2
),

moved_places as (
  select
    *,
    row_number() over (partition by tenant_id, direction order by account_id) as place
  from moved_accounts
),

moved as (
  select
    tenant_id,
    direction,
    count(*) as account_count,
    {{ first_few('account_id', 'place', 3) }} as subject,
    min(moved_date) as first_date,
    max(moved_date) as last_date
  from moved_places
  group by 1, 2
)

select
  unscored.tenant_id,
  cast(unscored.reason as varchar) as reason,
  {{ finding('never_scored', 'unscored.account_count', 'tenants.account_count', subject='unscored.subject') }}
from unscored
inner join {{ ref('int_tenants') }} as tenants on tenants.tenant_id = unscored.tenant_id
union all
select
  moved.tenant_id,
  cast(moved.direction as varchar) as reason,
  {{ finding('moved_accounts', 'moved.account_count', 'tenants.account_count', subject='moved.subject', first_date='moved.first_date', last_date='moved.last_date') }}
from moved
inner join {{ ref('int_tenants') }} as tenants on tenants.tenant_id = moved.tenant_id
union all
select
  tenant_id,
  churn_definition_doubt as reason,
  {{ finding('definition_doubt', 'case when churn_definition_doubt = \'subscribed_accounts\' then subscriber_count else account_count - subscriber_count end', 'account_count', subject='churn_definition') }}
from {{ ref('int_tenants') }}
where churn_definition_doubt is not null
