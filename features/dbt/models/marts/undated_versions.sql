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
    cast(loaded_at as date) as loaded_date,
    {{ source.start }} as start_date,
    is_backfill and not has_valid_from as is_undated,
    row_number() over (partition by tenant_id, {{ source.id }} order by known_date, loaded_at) as version_number
  from {{ ref('stg_' ~ source.table) }}
  {{ 'union all' if not loop.last }}
  {%- endfor %}
),

firsts as (
  select
    *,
    count(*) over (partition by table_name, tenant_id) as thing_count
  from versions
  where version_number = 1
)

-- What began and was loaded on one day has no past that its row could be wrong about.
select
  cast(table_name as varchar) as table_name,
  tenant_id,
  loaded_date + 1 as dated_from,
  cast(count(*) as bigint) as undated_count,
  cast(max(thing_count) as bigint) as thing_count
from firsts
where is_undated
  and loaded_date > start_date
group by 1, 2, 3
