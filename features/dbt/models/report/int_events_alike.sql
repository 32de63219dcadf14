{#-
  Events without an id that say the same as another of their tenant, as when an export overlaps the last one. Times of whole
  days tell nothing, because two actions of one day then look alike. A hash of each finds the few that come again; the
  landed rows are written out twice so that no engine keeps all of them aside, and tenants whose events all have ids are left out.
-#}
{%- set content_hash = "hash(tenant_id, account_id, user_id, event_type, event_time, quantity)" -%}
{#- An id of blanks is none. That most are not is told by their first letter, which costs less than to trim them. -#}
{%- set is_comparable = "(event_id is null or (event_id not between '!' and '~' and trim(event_id) = '')) and event_time > cast(event_time as date)" -%}
with without_id as (
  select tenant_id
  from {{ ref('int_event_days') }}
  group by 1
  having sum(event_count) > sum(identified_count)
),

repeated as (
  select {{ content_hash }} as content_hash
  from (
    {{ kept_rows('platform_events') }}
  ) as landed
  where tenant_id in (select tenant_id from without_id)
    and {{ is_comparable }}
  group by 1
  having count(*) > 1
),

copies as (
  select
    landed.tenant_id,
    landed.event_time,
    repeated.content_hash
  from (
    select tenant_id, event_time, {{ content_hash }} as content_hash
    from (
      {{ kept_rows('platform_events') }}
    ) as landed
    where tenant_id in (select tenant_id from without_id)
      and {{ is_comparable }}
  ) as landed
  inner join repeated on repeated.content_hash = landed.content_hash
)

select
  tenant_id,
  cast(count(*) - count(distinct content_hash) as bigint) as event_count,
  cast(min(event_time) as date) as first_date,
  cast(max(event_time) as date) as last_date
from copies
group by 1
