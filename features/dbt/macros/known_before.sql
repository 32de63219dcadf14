{#
  The point-in-time rule: whether a row is known at an as-of date. It is when both the event and the arrival of the row
  lie before the as-of date's UTC midnight. Every feature, eligibility rule and label decides through this file which
  rows it may see; what a label looks for is what is not known yet.

  `event_time` is a timestamp, or the UTC day of one: a day is known from the next midnight on.
  `arrived_at` is the staging column of that name. It is left out for what follows from rows that were admitted already.
#}
{% macro known_before(as_of_date, event_time, arrived_at=none) -%}
  ({{ event_time }} < {{ as_of_date }}{% if arrived_at is not none %} and {{ arrived_at }} < {{ as_of_date }}{% endif %})
{%- endmacro %}

{# The first as-of date for which known_before is true: the midnight after both the event and the arrival. #}
{% macro first_known_date(event_time, arrived_at) -%}
  (cast(greatest({{ event_time }}, {{ arrived_at }}) as date) + 1)
{%- endmacro %}

{# The same for a row that carries its first_known_date. #}
{% macro is_known(as_of_date, known_date) -%}
  ({{ known_date }} <= {{ as_of_date }})
{%- endmacro %}

{# The last whole day that is known at an as-of date; windows are counted back from here. #}
{% macro last_known_day(as_of_date) -%}
  ({{ as_of_date }} - 1)
{%- endmacro %}

{#
  When a version ceases to be the latest one known: the first as-of date at which a later version is known. Versions
  follow each other by `valid_from`, then by arrival. A version that arrives late for a time long past is superseded at
  once where a later one is known already, and so is never seen.
#}
{% macro superseded_date(keys, tie_breakers) -%}
  min(known_date) over (
    partition by {{ keys | join(', ') }}
    order by valid_from, arrived_at, {{ tie_breakers | join(', ') }}
    rows between 1 following and unbounded following
  )
{%- endmacro %}

{# Whether a version is the one known at an as-of date. Comparisons only: a join by anything else compares all pairs. #}
{% macro version_known_at(as_of_date, version) -%}
  ({{ is_known(as_of_date, version ~ '.known_date') }} and {{ as_of_date }} < coalesce({{ version }}.superseded_date, {{ never() }}))
{%- endmacro %}
