{%- set weeks_shown = 52 -%}

with accounts as (
  select
    eligible.tenant_id,
    eligible.account_id,
    eligible.account_key,
    eligible.as_of_date,
    greatest(eligible.created_date, tenants.first_event_date) as counted_from
  from {{ ref('int_eligible_accounts') }} as eligible
  inner join {{ ref('int_shown_dates') }} as dates
    on dates.tenant_id = eligible.tenant_id
    and dates.as_of_date = eligible.as_of_date
  inner join {{ ref('int_tenants') }} as tenants on tenants.tenant_id = eligible.tenant_id
),

weeks as (
  select
    accounts.account_key,
    accounts.as_of_date,
    activity.activity_kind,
    cast(floor(({{ last_known_day('accounts.as_of_date') }} - activity.activity_date) / 7) as integer) as weeks_ago,
    cast(sum(activity.event_count) as bigint) as event_count
  from accounts
  inner join {{ ref('int_daily_activity') }} as activity
    on activity.account_key = accounts.account_key
    and {{ is_known('accounts.as_of_date', 'activity.known_date') }}
    and {{ known_before('accounts.as_of_date', 'activity.activity_date') }}
    and activity.activity_date >= accounts.as_of_date - {{ 7 * weeks_shown }}
  -- Of all tenants: a bound that an engine knows before it reads, so that it skips what is older.
  where activity.activity_date >= (select min(as_of_date) - {{ 7 * weeks_shown }} from {{ ref('int_shown_dates') }})
  group by 1, 2, 3, 4
),

kinds as (
  select
    account_key,
    as_of_date,
    activity_kind,
    {{ joined_texts("lpad(cast(weeks_ago as varchar), 2, '0') || ':' || cast(event_count as varchar)", ' ') }} as weeks
  from weeks
  group by 1, 2, 3
),

joined as (
  select
    account_key,
    as_of_date,
    {{ joined_texts("'\"' || activity_kind || '\":\"' || weeks || '\"'", ',') }} as kinds
  from kinds
  group by 1, 2
)

select
  accounts.tenant_id,
  accounts.account_id,
  accounts.as_of_date,
  accounts.counted_from,
  '{' || coalesce(joined.kinds, '') || '}' as weekly_events_by_kind
from accounts
left join joined
  on joined.account_key = accounts.account_key
  and joined.as_of_date = accounts.as_of_date
