{%- set sources = [
  {'table': 'accounts', 'id': 'account_id', 'start': 'created_date'},
  {'table': 'subscriptions', 'id': 'subscription_id', 'start': 'started_date'},
  {'table': 'support_tickets', 'id': 'ticket_id', 'start': 'opened_date'},
] -%}

with versions as (
  {%- for source in sources %}
  select
    '{{ source.table }}' as table_name,
    tenant_id,
    known_date,
    case
      when has_valid_from then cast(valid_from as date)
      -- What says nothing of since when it holds is late where it tells of a beginning long past.
      when row_number() over (partition by tenant_id, {{ source.id }} order by known_date, loaded_at) = 1
        then {{ source.start }}
    end as valid_date,
    is_backfill
  from {{ ref('stg_' ~ source.table) }}
  {{ 'union all' if not loop.last }}
  {%- endfor %}
),

arrivals as (
  select
    table_name,
    tenant_id,
    coalesce(greatest({{ last_known_day('known_date') }} - valid_date, 0), 0) as late_days
  from versions
  where not is_backfill
)

select
  cast(table_name as varchar) as table_name,
  tenant_id,
  cast(count(*) as bigint) as version_count,
  cast(sum(case when late_days > 0 then 1 else 0 end) as bigint) as late_count,
  cast(max(late_days) as integer) as longest_late_days
from arrivals
group by 1, 2
