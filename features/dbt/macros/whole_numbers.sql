{# One row per whole number from 0 to 9 999, as column `n`. #}
{% macro whole_numbers() -%}
  {%- set digits = "(values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9))" -%}
  select cast(ones.d + 10 * tens.d + 100 * hundreds.d + 1000 * thousands.d as integer) as n
  from {{ digits }} as ones(d)
  cross join {{ digits }} as tens(d)
  cross join {{ digits }} as hundreds(d)
  cross join {{ digits }} as thousands(d)
{%- endmacro %}

{# One row per whole number below `count`, as column `n`; for short lists. #}
{% macro numbers_below(count) -%}
  select n from (values {% for n in range(count) %}({{ n }}){{ ', ' if not loop.last }}{% endfor %}) as numbers(n)
{%- endmacro %}
