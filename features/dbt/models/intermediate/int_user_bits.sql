-- A user of many days is one row: the days are counted per as-of date only when those of a window have become one.
with users as (
  select
    activity.account_key,
    activity.activity_kind,
    activity.user_key,
    days.as_of_group,
    {%- call(window, weeks) each_window() %}
    {{ bits_in_any(bits_in_both('days.seen_bits_' ~ window ~ 'd', 'arrivals.known_bits')) }} as seen_bits_{{ window }}d,
    {%- endcall %}
    {{ bits_in_any(bits_in_both('days.seen_previous_bits_28d', 'arrivals.known_bits')) }} as seen_previous_bits_28d
  from {{ ref('int_user_daily_activity') }} as activity
  inner join {{ ref('int_day_bits') }} as days on days.day = activity.activity_date
  inner join {{ ref('int_day_bits') }} as arrivals
    on arrivals.day = activity.known_date
    and arrivals.as_of_group = days.as_of_group
  where activity.user_key is not null
  group by 1, 2, 3, 4
),

-- What a tenant's accounts did is what the tenant did, in the operator's eyes.
everyone as (
  select *
  from users
  where account_key not in (select operator_account_key from {{ ref('int_operator_accounts') }})
  union all
  select
    operator_accounts.operator_account_key as account_key,
    users.activity_kind,
    users.user_key,
    users.as_of_group,
    {{- bits_of_every_window() }}
  from users
  inner join {{ ref('int_operator_accounts') }} as operator_accounts on operator_accounts.account_key = users.account_key
  group by 1, 2, 3, 4
)

select *
from everyone
union all
select
  account_key,
  'any' as activity_kind,
  user_key,
  as_of_group,
  {{- bits_of_every_window() }}
from everyone
group by 1, 2, 3, 4
