{#
  What a text, a time and a name mean in Snowflake, whatever the account or the user has set; the application pins the same.
  A hook before every model, since each of dbt's threads has a session of its own.
#}
{% macro pinned_session() -%}
  {%- if target.type == 'snowflake' -%}
    alter session set TIMEZONE = 'UTC', TIMESTAMP_TYPE_MAPPING = 'TIMESTAMP_NTZ', DATE_INPUT_FORMAT = 'YYYY-MM-DD', TIMESTAMP_INPUT_FORMAT = 'AUTO', QUOTED_IDENTIFIERS_IGNORE_CASE = false, AUTOCOMMIT = true
  {%- endif -%}
{%- endmacro %}
