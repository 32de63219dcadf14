{#
  A quantity as an exact decimal, so that sums do not depend on the order of addition; an event that says
  nothing usable about its quantity counts once.
#}
{% macro exact_quantity(column) -%}
  {{ return(adapter.dispatch('exact_quantity', 'churn')(column)) }}
{%- endmacro %}

{% macro default__exact_quantity(column) -%}
  coalesce(try_cast({{ column }} as decimal(18, 3)), 1)
{%- endmacro %}

{# Snowflake tries casts of text only. #}
{% macro snowflake__exact_quantity(column) -%}
  coalesce(try_to_decimal(to_varchar({{ column }}), 18, 3), 1)
{%- endmacro %}

{# Whether a quantity is too large or no number, so that the event counts once. #}
{% macro is_uncountable(column) -%}
  {{ return(adapter.dispatch('is_uncountable', 'churn')(column)) }}
{%- endmacro %}

{% macro default__is_uncountable(column) -%}
  try_cast({{ column }} as decimal(18, 3)) is null
{%- endmacro %}

{% macro snowflake__is_uncountable(column) -%}
  try_to_decimal(to_varchar({{ column }}), 18, 3) is null
{%- endmacro %}
