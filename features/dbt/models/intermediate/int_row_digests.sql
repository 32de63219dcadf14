{{ digest_of(
  'platform_events', 'stg_platform_events', ['account_id', 'user_id', 'event_type', 'quantity'],
  activity_date='event_date'
) }}
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
