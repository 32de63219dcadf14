{#
  The rows of CTE `source` with what the point-in-time rule needs to know of their arrival:
    is_backfill  whether a row belongs to a declared back-fill; ranges of stg_backfills never overlap
    settled_at   when it was loaded, less the hours after midnight that the tenant allows for a day's rows to arrive
#}
{% macro with_arrival(table) -%}
  select
    source.*,
    every_tenant.loaded_from is not null or one_tenant.loaded_from is not null as is_backfill,
    case
      when settings.arrival_hours is null then source.loaded_at
      else {{ hours_before('source.loaded_at', 'settings.arrival_hours') }}
    end as settled_at
  from source
  left join {{ ref('stg_tenant_settings') }} as settings on settings.tenant_id = source.tenant_id
  left join {{ ref('stg_backfills') }} as every_tenant
    on every_tenant.table_name = '{{ table }}'
    and every_tenant.tenant_id = '*'
    and source.loaded_at >= every_tenant.loaded_from
    and source.loaded_at <= every_tenant.loaded_to
  left join {{ ref('stg_backfills') }} as one_tenant
    on one_tenant.table_name = '{{ table }}'
    and one_tenant.tenant_id = source.tenant_id
    and source.loaded_at >= one_tenant.loaded_from
    and source.loaded_at <= one_tenant.loaded_to
{%- endmacro %}

{# From when a version holds: as its row says, else from its arrival, and in a declared back-fill from the start. #}
{% macro version_valid_from(start) -%}
  coalesce(valid_from, case when is_backfill then {{ start }} else settled_at end)
{%- endmacro %}

{# When a row arrived, for known_before. A row of a declared back-fill arrived when it happened. #}
{% macro row_arrived_at(event_time) -%}
  case when is_backfill then {{ event_time }} else settled_at end
{%- endmacro %}

{% macro hours_before(time, hours) -%}
  {{ return(adapter.dispatch('hours_before', 'churn')(time, hours)) }}
{%- endmacro %}

{% macro default__hours_before(time, hours) -%}
  {{ time }} - to_hours(cast({{ hours }} as integer))
{%- endmacro %}

{% macro snowflake__hours_before(time, hours) -%}
  dateadd(hour, -{{ hours }}, {{ time }})
{%- endmacro %}
