{#-
  From when on there is something to learn from. A few days long before all others (a test log-in, a wrong clock) would
  make as-of dates over years of nothing: they are left out when a long gap follows them and they are few.
  Late rows make no earlier dates: on those days nothing was known.
-#}
with days as (
  select
    tenant_id,
    {{ last_known_day('known_date') }} as known_day,
    count(*) as account_days
  from {{ ref('int_active_days') }}
  where is_first_known
  group by 1, 2
),

measured as (
  select
    days.tenant_id,
    days.known_day,
    settings.history_from,
    lead(days.known_day) over (partition by days.tenant_id order by days.known_day) - days.known_day as gap_days,
    sum(days.account_days) over (partition by days.tenant_id order by days.known_day) as account_days_so_far,
    sum(days.account_days) over (partition by days.tenant_id) as all_account_days
  from days
  left join {{ ref('stg_tenant_settings') }} as settings on settings.tenant_id = days.tenant_id
),

outlying as (
  select
    *,
    case
      when history_from is not null then known_day < history_from
      else
        max(
          case
            when gap_days > {{ var('outlying_gap_days') }}
              and 100 * account_days_so_far <= {{ var('outlying_percent') }} * all_account_days
              then known_day
          end
        ) over (partition by tenant_id) >= known_day
    end as is_outlying
  from measured
)

select
  tenant_id,
  min(known_day) as earliest_event_date,
  min(case when not coalesce(is_outlying, false) then known_day end) as first_event_date,
  cast(coalesce(max(case when is_outlying then account_days_so_far end), 0) as bigint) as outlying_account_days,
  cast(max(all_account_days) as bigint) as account_days,
  max(history_from) as history_from
from outlying
group by 1
