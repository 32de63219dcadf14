{#
  A count against the count of the preceding window of equal length. One is added to both, so that small counts
  do not explode; null when both windows are empty, because nothing did not change.
#}
{% macro change_ratio(now, before) -%}
  case when {{ now }} + {{ before }} > 0 then (cast({{ now }} as double) + 1) / (cast({{ before }} as double) + 1) end
{%- endmacro %}
