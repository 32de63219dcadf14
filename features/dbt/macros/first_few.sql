{# The texts at the first places of a group, in their order, as one text: 'a, b, c'. `more` is added when there are others. #}
{% macro first_few(text, place, count) -%}
  max(case when {{ place }} = 1 then {{ text }} end)
  {%- for n in range(2, count + 1) %}
  || coalesce(', ' || max(case when {{ place }} = {{ n }} then {{ text }} end), '')
  {%- endfor %}
  || case when max({{ place }}) > {{ count }} then ', …' else '' end
{%- endmacro %}
