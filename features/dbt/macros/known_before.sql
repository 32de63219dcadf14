{#
  The point-in-time rule: whether something that happened at `event_time` is known at an as-of date. It is when it
  happened before the as-of date's UTC midnight. Every feature, eligibility rule and label decides through this macro
  which rows it may see; what a label looks for is what is not known yet.

  `event_time` is a timestamp, or the UTC day of one: a day is known from the next midnight on.
#}
{% macro known_before(as_of_date, event_time) -%}
  ({{ event_time }} < {{ as_of_date }})
{%- endmacro %}

{# The last whole day that is known at an as-of date; windows are counted back from here. #}
{% macro last_known_day(as_of_date) -%}
  ({{ as_of_date }} - 1)
{%- endmacro %}
