{# Whole numbers as sets of bits, which are joined and cut with fewer rows; both engines have the functions. A set holds up to 60 of them. #}

{# The bits that are in both of two sets. #}
{% macro bits_in_both(one, other) -%}
  {{ return(adapter.dispatch('bits_in_both', 'churn')(one, other)) }}
{%- endmacro %}

{% macro default__bits_in_both(one, other) -%}
  ({{ one }} & {{ other }})
{%- endmacro %}

{% macro snowflake__bits_in_both(one, other) -%}
  bitand({{ one }}, {{ other }})
{%- endmacro %}

{# Aggregate: the bits that are in any of the sets. #}
{% macro bits_in_any(bits) -%}
  {{ return(adapter.dispatch('bits_in_any', 'churn')(bits)) }}
{%- endmacro %}

{% macro default__bits_in_any(bits) -%}
  bit_or({{ bits }})
{%- endmacro %}

{% macro snowflake__bits_in_any(bits) -%}
  bitor_agg({{ bits }})
{%- endmacro %}

{# Aggregate: the bits of those as-of dates (`dates`) for which something is true. #}
{% macro as_of_bits_where(condition) -%}
  cast(sum(case when {{ condition }} then dates.as_of_bit else 0 end) as bigint)
{%- endmacro %}

{# Columns: for each window the as-of dates at which any of the rows was seen in it. #}
{% macro bits_of_every_window() -%}
  {%- call(window, weeks) each_window() %}
    {{ bits_in_any('seen_bits_' ~ window ~ 'd') }} as seen_bits_{{ window }}d,
  {%- endcall %}
    {{ bits_in_any('seen_previous_bits_28d') }} as seen_previous_bits_28d
{%- endmacro %}
