{# A date so many days later; a whole number of any type, negative for earlier. #}
{% macro add_days(day, count) -%}
  {{ return(adapter.dispatch('add_days', 'churn')(day, count)) }}
{%- endmacro %}

{% macro default__add_days(day, count) -%}
  {{ day }} + cast({{ count }} as integer)
{%- endmacro %}

{% macro snowflake__add_days(day, count) -%}
  cast(dateadd(day, {{ count }}, {{ day }}) as date)
{%- endmacro %}
