{#-
  Nine weeks of events, for content gates. `magnitude` is the power of ten of a quantity, a whole number, so that sums of it are
  exact and a quantity in other units moves its mean by as much for every event.
-#}
select
  events.tenant_id,
  events.event_date,
  cast(extract(hour from events.event_time) as integer) as event_hour,
  events.event_type,
  cast(count(*) as bigint) as event_count,
  cast(count(*) - count(events.user_id) as bigint) as userless_count,
  cast(
    sum(
      case
        {%- for power in range(6, 0, -1) %}
        when abs(events.quantity) >= {{ 10 ** power }} then {{ power }}
        {%- endfor %}
        when abs(events.quantity) >= 1 then 0
        when abs(events.quantity) >= 0.1 then -1
        else -2
      end
    ) as bigint
  ) as magnitude,
  cast(count(case when events.loaded_at >= days.first_new_date then 1 end) as bigint) as new_count,
  cast(count(case when events.loaded_at >= days.first_new_date and events.event_time > events.loaded_at then 1 end) as bigint) as new_ahead_count
from {{ ref('stg_platform_events') }} as events
inner join {{ ref('int_new_days') }} as days
  on days.tenant_id = events.tenant_id
  and events.event_date >= days.first_past_date
-- Of all tenants: a bound that an engine knows before it reads, so that it skips what is older.
where events.event_time >= (select cast(min(first_past_date) as timestamp) from {{ ref('int_new_days') }})
group by 1, 2, 3, 4
