{#
  For source freshness: a SELECT of when the last row of a raw table was loaded, whichever way rows land. A table that may
  be empty is fresh while it is: the platform does not use it.
#}
{% macro latest_loading(table, may_be_empty=false) -%}
  {%- set landing = var('landing') -%}
  {%- set latest = 'max(loaded_at)' -%}
  {%- if may_be_empty -%}
    {%- set latest = 'coalesce(max(loaded_at), cast(' ~ dbt.current_timestamp() ~ ' as timestamp))' -%}
  {%- endif -%}
  select {{ latest }} as loaded_at
  from (
    {%- if landing == 'schema_per_tenant' and table in landed_columns() %}
    {%- for schema in tenant_schemas().values() %}
    select max(loaded_at) as loaded_at from {{ tenant_relation(table, schema) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
    {%- elif landing == 'kafka' and table in landed_columns() %}
    select {{ record_field('loaded_at', 'timestamp') }} as loaded_at from {{ source('raw', table) }}
    {%- else %}
    select loaded_at from {{ source('raw', table) }}
    {%- endif %}
  ) as loadings
{%- endmacro %}
