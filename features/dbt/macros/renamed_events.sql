{# The columns of staged events, from a CTE of landed rows with their arrival. #}
{% macro renamed_events(arriving) -%}
  select
    nullif(trim(event_id), '') as event_id,
    tenant_id,
    account_id,
    user_id,
    lower(trim(event_type)) as event_type,
    event_time,
    cast(event_time as date) as event_date,
    {{ exact_quantity('quantity') }} as quantity,
    quantity is not null and {{ is_uncountable('quantity') }} as is_uncountable,
    loaded_at,
    is_backfill,
    {{ row_arrived_at('event_time') }} as arrived_at
  from {{ arriving }}
{%- endmacro %}
