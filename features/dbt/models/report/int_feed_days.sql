{#- Rows by source and the day that they count for, over nine weeks; of what comes more rarely over twenty. A
  version counts for the day before it is known. -#}
select
  hours.tenant_id,
  cast('platform_events' as varchar) as source,
  hours.event_date as feed_date,
  cast(sum(hours.event_count) as bigint) as row_count
from {{ ref('int_event_hours') }} as hours
inner join {{ ref('int_new_days') }} as days
  on days.tenant_id = hours.tenant_id
  and hours.event_date <= days.newest_date
group by 1, 2, 3
{%- for source in ['accounts', 'subscriptions', 'support_tickets'] %}
union all
select
  versions.tenant_id,
  cast('{{ source }}' as varchar) as source,
  cast(versions.known_date - 1 as date) as feed_date,
  cast(count(*) as bigint) as row_count
from {{ ref('stg_' ~ source) }} as versions
inner join {{ ref('int_new_days') }} as days
  on days.tenant_id = versions.tenant_id
  and versions.known_date - 1 between days.newest_date - 139 and days.newest_date
group by 1, 2, 3
{%- endfor %}
