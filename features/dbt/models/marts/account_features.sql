{{ config(
  materialized='incremental',
  incremental_strategy='replace_slices',
  on_schema_change='fail',
  contract={'enforced': var('has_declared_columns')},
  meta={
    'slices': {'model': 'int_rebuilt_dates', 'columns': ['tenant_id', 'as_of_date']},
    'portions': {'model': 'int_accounts_to_build', 'column': 'as_of_date'},
  }
) }}

-- depends_on: {{ ref('int_rebuilt_dates') }}
{#- How far back events are looked at. A last event further back, or none at all, counts as this long ago. -#}
{%- set lookback_days = '2 * ' ~ longest_window() -%}
{%- set kind_lookback_days = longest_window() -%}
{#- Windows over which an account is compared with the other accounts of its tenant. -#}
{%- set tenant_windows = [28, 84] -%}
{%- set measures = ['events', 'active_days', 'active_users'] -%}

-- Events, days and users of each kind.
with kind_activity as (
  select
    kinds.*
    {%- call(window, weeks) each_window() %},
    coalesce(users.active_users_{{ window }}d, 0) as active_users_{{ window }}d
    {%- endcall %}
  from {{ ref('int_kind_activity') }} as kinds
  left join {{ ref('int_user_activity') }} as users
    on users.account_key = kinds.account_key
    and users.as_of_date = kinds.as_of_date
    and users.activity_kind = kinds.activity_kind
),

-- What everybody in the tenant did: separates a quiet season from an account that goes quiet.
tenant_activity as (
  select
    eligible.tenant_id,
    eligible.as_of_date,
    median(coalesce(account.events_28d, 0)) as median_events_28d,
    cast(sum(coalesce(account.events_28d, 0)) as bigint) as events_28d,
    cast(sum(coalesce(account.previous_events_28d, 0)) as bigint) as previous_events_28d,
    count(*) as account_count
  from {{ ref('int_accounts_to_build') }} as eligible
  left join {{ ref('int_account_activity') }} as account
    on account.account_key = eligible.account_key
    and account.as_of_date = eligible.as_of_date
  group by 1, 2
),

tenant_kinds as (
  select
    eligible.tenant_id,
    eligible.as_of_date
    {%- call(kind) each_kind() %}
    {%- for window in tenant_windows %},
    cast(sum(case when activity.activity_kind = '{{ kind }}' then activity.active_days_{{ window }}d else 0 end) as bigint) as {{ kind }}_active_days_{{ window }}d
    {%- endfor %}
    {%- endcall %}
  from {{ ref('int_accounts_to_build') }} as eligible
  left join {{ ref('int_kind_activity') }} as activity
    on activity.account_key = eligible.account_key
    and activity.as_of_date = eligible.as_of_date
  group by 1, 2
)

select
  eligible.tenant_id,
  eligible.account_id,
  eligible.as_of_date,
  subscriptions.mrr,
  subscriptions.renews_at,
  accounts.segment,
  accounts.region,
  cast(eligible.as_of_date - eligible.created_date as bigint) as account_age_days,
  subscriptions.plan,
  subscriptions.billing_currency,
  subscriptions.seats,
  subscriptions.mrr as subscription_mrr,
  subscriptions.mrr_per_seat,
  subscriptions.days_since_subscription_start,
  subscriptions.days_to_renewal,
  subscriptions.term_months,
  coalesce(subscriptions.subscription_count, 0) as subscription_count,
  coalesce(subscriptions.running_subscription_count, 0) as running_subscription_count,
  subscriptions.seats_change,
  subscriptions.mrr_change,
  subscriptions.mrr_contraction_84d,
  {%- call(window, weeks) each_window() %}
  coalesce(account.events_{{ window }}d, 0) as events_{{ window }}d,
  coalesce(account.active_days_{{ window }}d, 0) as active_days_{{ window }}d,
  coalesce(users.active_users_{{ window }}d, 0) as active_users_{{ window }}d,
  {{ change_ratio('account.events_' ~ window ~ 'd', 'account.previous_events_' ~ window ~ 'd') }} as events_ratio_{{ window }}d,
  cast(
    {%- call(kind) each_kind_of_use(between=' +') %}
    case when {{ kind }}_activity.events_{{ window }}d > 0 then 1 else 0 end
    {%- endcall %} as bigint
  ) as kinds_used_{{ window }}d,
  {%- endcall %}
  {%- for window in [7, 28, 84] %}
  coalesce(account.quantity_{{ window }}d, 0) as quantity_{{ window }}d,
  {%- endfor %}
  coalesce(eligible.as_of_date - account.last_active_date, {{ lookback_days }}) as days_since_last_event,
  coalesce(
    gaps.longest_gap_days_84d, least(84, eligible.as_of_date - eligible.created_date)
  ) as longest_gap_days_84d,
  case
    when account.active_days_84d > 1
      then cast(account.last_active_date - account.first_active_date_84d as double) / (account.active_days_84d - 1)
  end as mean_gap_days_84d,
  -- Least-squares slope over the twelve weeks: their centred positions are -5.5 … 5.5 with squares adding up to 143.
  round(
    (
      {%- for week in range(1, 13) %}
      {{ '+ ' if not loop.first }}{{ 6.5 - week }} * ln(1 + coalesce(account.events_week_{{ '%02d' % week }}, 0))
      {%- endfor %}
    ) / 143,
    9
  ) as events_trend_84d,
  cast(coalesce(account.active_weeks_84d, 0) as double) / 12 as active_weeks_share_84d,
  cast(account.weekend_events_84d as double) / nullif(account.events_84d, 0) as weekend_share_84d,
  case
    when subscriptions.seats > 0
      then cast(coalesce(users.active_users_28d, 0) as double) / subscriptions.seats
  end as seat_utilisation_28d,
  case
    when subscriptions.seats > 0
      then
        cast(coalesce(users.active_users_28d - users.previous_active_users_28d, 0) as double) / subscriptions.seats
  end as seat_utilisation_change_28d,
  round(
    cast(1 + coalesce(account.events_28d, 0) as double) / (1 + tenant_activity.median_events_28d), 9
  ) as events_vs_tenant_median_28d,
  {{ change_ratio('tenant_activity.events_28d', 'tenant_activity.previous_events_28d') }} as tenant_events_ratio_28d,
  {{ change_ratio('account.events_28d', 'account.previous_events_28d') }}
  / {{ change_ratio('tenant_activity.events_28d', 'tenant_activity.previous_events_28d') }} as events_ratio_vs_tenant_28d,
  {%- for week in range(1, 13) %}
  coalesce(account.events_week_{{ '%02d' % week }}, 0) as events_week_{{ '%02d' % week }},
  {%- endfor %}
  coalesce(support.tickets_opened_28d, 0) as tickets_opened_28d,
  coalesce(support.tickets_opened_84d, 0) as tickets_opened_84d,
  coalesce(support.tickets_open, 0) as tickets_open,
  coalesce(support.tickets_high_severity_84d, 0) as tickets_high_severity_84d,
  support.mean_csat_168d,
  least(coalesce(support.days_since_last_ticket, {{ lookback_days }}), {{ lookback_days }}) as days_since_last_ticket,
  {%- call(kind) each_kind(between=',') %}
  {%- call(window, weeks) each_window() %}
  {%- for measure in measures %}
  coalesce({{ kind }}_activity.{{ measure }}_{{ window }}d, 0) as {{ kind }}_{{ measure }}_{{ window }}d,
  {%- endfor %}
  {%- endcall %}
  {%- for window in tenant_windows %}
  round(
    (1 + coalesce({{ kind }}_activity.active_days_{{ window }}d, 0))
    / (1 + cast(tenant_kinds.{{ kind }}_active_days_{{ window }}d as double) / tenant_activity.account_count),
    9
  ) as {{ kind }}_active_days_vs_tenant_{{ window }}d,
  {%- endfor %}
  {{ change_ratio(kind ~ '_activity.events_28d', kind ~ '_activity.previous_events_28d') }} as {{ kind }}_events_ratio_28d,
  coalesce(
    eligible.as_of_date - {{ kind }}_activity.last_active_date, {{ kind_lookback_days }}
  ) as {{ kind }}_days_since_last_event
  {%- endcall %}
from {{ ref('int_accounts_to_build') }} as eligible
inner join {{ ref('stg_accounts') }} as accounts
  on accounts.tenant_id = eligible.tenant_id
  and accounts.account_id = eligible.account_id
  and {{ version_known_at('eligible.as_of_date', 'accounts') }}
inner join tenant_activity
  on tenant_activity.tenant_id = eligible.tenant_id
  and tenant_activity.as_of_date = eligible.as_of_date
inner join tenant_kinds
  on tenant_kinds.tenant_id = eligible.tenant_id
  and tenant_kinds.as_of_date = eligible.as_of_date
{%- for facts, model in [
  ('account', 'int_account_activity'),
  ('gaps', 'int_activity_gaps'),
  ('subscriptions', 'int_subscription_facts'),
  ('support', 'int_support_facts'),
] %}
left join {{ ref(model) }} as {{ facts }}
  on {{ facts }}.account_key = eligible.account_key
  and {{ facts }}.as_of_date = eligible.as_of_date
{%- endfor %}
left join {{ ref('int_user_activity') }} as users
  on users.account_key = eligible.account_key
  and users.as_of_date = eligible.as_of_date
  and users.activity_kind = 'any'
{%- call(kind) each_kind() %}
left join kind_activity as {{ kind }}_activity
  on {{ kind }}_activity.account_key = eligible.account_key
  and {{ kind }}_activity.as_of_date = eligible.as_of_date
  and {{ kind }}_activity.activity_kind = '{{ kind }}'
{%- endcall %}
