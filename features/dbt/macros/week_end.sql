{# The first day after `day` that falls on `weekday` (0 = Monday): the as-of date of the week that holds `day`. #}
{% macro week_end(day, weekday) -%}
  {{ add_days(day, '1 + (' ~ weekday ~ ' + 6 - (' ~ day ~ " - date '1970-01-05') % 7) % 7") }}
{%- endmacro %}
