{#
  The rows of one raw table, whichever way they arrived (var `landing`).
  Every staging model reads through here, so that another way of landing is one more branch and nothing else.
#}
{% macro landed_rows(table) -%}
  {%- set landing = var('landing') -%}
  {%- if landing == 'shared' -%}
    select * from {{ source('raw', table) }}
  {%- else -%}
    {{ exceptions.raise_compiler_error("var landing: '" ~ landing ~ "' is not supported; use 'shared'") }}
  {%- endif -%}
{%- endmacro %}
