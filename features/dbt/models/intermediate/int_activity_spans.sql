-- Tenants with nobody who leaves by falling silent have no use for it.
with silent_tenants as (
  select distinct tenant_id
  from {{ ref('int_tenant_definitions') }}
  where churn_definition in ('inactivity', 'both')
),

-- What was known of an account's days when a day became known: how many, and over which time.
rhythm as (
  select
    active_days.account_key,
    active_days.activity_date,
    active_days.known_date,
    tenants.silent_days,
    tenants.eligible_days,
    row_number() over (partition by active_days.account_key order by active_days.known_date, active_days.activity_date) as days,
    max(active_days.activity_date) over (
      partition by active_days.account_key order by active_days.known_date, active_days.activity_date
      rows between unbounded preceding and current row
    ) as last_date,
    min(active_days.activity_date) over (
      partition by active_days.account_key order by active_days.known_date, active_days.activity_date
      rows between unbounded preceding and current row
    ) as first_date
  from {{ ref('int_active_days') }} as active_days
  inner join silent_tenants on silent_tenants.tenant_id = active_days.tenant_id
  inner join {{ ref('int_tenants') }} as tenants on tenants.tenant_id = active_days.tenant_id
  where active_days.is_first_known
),

-- Who comes every 35 days is not gone after 30: the silence that counts is so many of the account's own mean gaps.
patient as (
  select
    account_key,
    activity_date,
    known_date,
    silent_days,
    eligible_days,
    case
      when days >= {{ var('days_to_tell_a_rhythm') }}
        then
          greatest(
            cast(ceil({{ var('silent_rhythms') }} * cast(last_date - first_date as double) / (days - 1)) as integer)
            - silent_days,
            0
          )
      else 0
    end as extra_days
  from rhythm
)

select
  account_key,
  activity_date,
  known_date as covers_from,
  {{ add_days('activity_date', '1 + silent_days + extra_days') }} as covers_to,
  {{ add_days('activity_date', '1 + least(silent_days, eligible_days) + extra_days') }} as eligible_to
from patient
