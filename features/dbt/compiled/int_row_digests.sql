select
  'platform_events' as source,
  tenant_id,
  event_date as activity_date,
  known_date,
  cast(sum(event_count) as bigint) as row_count,
  cast(sum(row_digest) as bigint) as row_digest
from "intermediate"."int_event_days"
group by 1, 2, 3, 4
union all
select
    'accounts' as source,
    tenant_id as tenant_id,
    cast(null as date) as activity_date,
    known_date as known_date,
    count(*) as row_count,
    cast(sum(hash(hash(account_id, name, segment, region, owner, created_at, valid_from, loaded_at, arrived_at)) % 100000000000) as bigint) as row_digest
  from "staging"."stg_accounts"
  group by 1, 2, 3, 4
union all
select
    'subscriptions' as source,
    tenant_id as tenant_id,
    cast(null as date) as activity_date,
    known_date as known_date,
    count(*) as row_count,
    cast(sum(hash(hash(subscription_id, account_id, product, plan, seats, mrr, currency, started_at, renews_at, cancelled_date, is_dated, valid_from, loaded_at, arrived_at)) % 100000000000) as bigint) as row_digest
  from "staging"."stg_subscriptions"
  group by 1, 2, 3, 4
union all
select
    'support_tickets' as source,
    tenant_id as tenant_id,
    cast(null as date) as activity_date,
    known_date as known_date,
    count(*) as row_count,
    cast(sum(hash(hash(ticket_id, account_id, opened_date, closed_date, severity, csat, valid_from, loaded_at, arrived_at)) % 100000000000) as bigint) as row_digest
  from "staging"."stg_support_tickets"
  group by 1, 2, 3, 4
union all
select
    'currency_rates' as source,
    '*' as tenant_id,
    cast(null as date) as activity_date,
    known_date as known_date,
    count(*) as row_count,
    cast(sum(hash(hash(currency, rate, valid_from, loaded_at, arrived_at)) % 100000000000) as bigint) as row_digest
  from "staging"."stg_currency_rates"
  group by 1, 2, 3, 4
union all
-- Where data ends moves as-of dates and labels, and no feature.
select
    'tenant_settings' as source,
    tenant_id as tenant_id,
    cast(null as date) as activity_date,
    date '1970-01-01' as known_date,
    count(*) as row_count,
    cast(sum(hash(hash(churn_definition, eligible_days, silent_days, grace_days, reporting_currency, arrival_hours)) % 100000000000) as bigint) as row_digest
  from "staging"."stg_tenant_settings"
  group by 1, 2, 3, 4
union all
select
    'event_kinds' as source,
    '*' as tenant_id,
    cast(null as date) as activity_date,
    date '1970-01-01' as known_date,
    count(*) as row_count,
    cast(sum(hash(hash(event_type, activity_kind)) % 100000000000) as bigint) as row_digest
  from "staging"."stg_event_kinds"
  group by 1, 2, 3, 4
union all
select
    'operator_accounts' as source,
    tenant_id as tenant_id,
    cast(null as date) as activity_date,
    date '1970-01-01' as known_date,
    count(*) as row_count,
    cast(sum(hash(hash(tenant_id)) % 100000000000) as bigint) as row_digest
  from "intermediate"."int_operator_tenants"
  group by 1, 2, 3, 4
