select
  'platform_events' as source,
  tenant_id,
  event_date as activity_date,
  known_date,
  cast(sum(event_count) as bigint) as row_count,
  cast(sum(row_digest) as bigint) as row_digest
from {{ ref('int_event_days') }}
group by 1, 2, 3, 4
union all
{{ digest_of('accounts', 'stg_accounts', ['account_id', 'name', 'segment', 'region', 'owner', 'created_at', 'valid_from', 'loaded_at', 'arrived_at']) }}
union all
{{ digest_of('subscriptions', 'stg_subscriptions', ['subscription_id', 'account_id', 'product', 'plan', 'seats', 'mrr', 'currency', 'started_at', 'renews_at', 'cancelled_date', 'is_dated', 'valid_from', 'loaded_at', 'arrived_at']) }}
union all
{{ digest_of('support_tickets', 'stg_support_tickets', ['ticket_id', 'account_id', 'opened_date', 'closed_date', 'severity', 'csat', 'valid_from', 'loaded_at', 'arrived_at']) }}
union all
{{ digest_of('currency_rates', 'stg_currency_rates', ['currency', 'rate', 'valid_from', 'loaded_at', 'arrived_at'], tenant_id="'*'") }}
union all
-- Where data ends moves as-of dates and labels, and no feature.
{{ digest_of('tenant_settings', 'stg_tenant_settings', ['churn_definition', 'eligible_days', 'silent_days', 'grace_days', 'reporting_currency', 'arrival_hours'], known_date=always()) }}
union all
{{ digest_of('event_kinds', 'stg_event_kinds', ['event_type', 'activity_kind'], tenant_id="'*'", known_date=always()) }}
union all
{{ digest_of('operator_accounts', 'int_operator_tenants', ['tenant_id'], known_date=always()) }}
