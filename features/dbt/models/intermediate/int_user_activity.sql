select
  eligible.account_key,
  eligible.as_of_date,
  users.activity_kind,
  {%- call(window, weeks) each_window() %}
  cast(sum(case when {{ bits_in_both('users.seen_bits_' ~ window ~ 'd', 'dates.as_of_bit') }} <> 0 then 1 else 0 end) as bigint) as active_users_{{ window }}d,
  {%- endcall %}
  cast(sum(case when {{ bits_in_both('users.seen_previous_bits_28d', 'dates.as_of_bit') }} <> 0 then 1 else 0 end) as bigint) as previous_active_users_28d
from {{ ref('int_accounts_to_build') }} as eligible
inner join {{ ref('int_as_of_bits') }} as dates on dates.as_of_date = eligible.as_of_date
inner join {{ ref('int_user_bits') }} as users
  on users.account_key = eligible.account_key
  and users.as_of_group = dates.as_of_group
  and {{ bits_in_both('users.seen_bits_' ~ longest_window() ~ 'd', 'dates.as_of_bit') }} <> 0
group by 1, 2, 3
