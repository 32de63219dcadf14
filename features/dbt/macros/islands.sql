{#
  Half-open spans of dates [covers_from, covers_to) of CTE `spans`, joined where they overlap or touch: one row per
  unbroken stretch of each `key`, as `started_date` and `ended_date`. A churn is the end of such a stretch.
#}
{% macro unbroken_stretches(keys) -%}
  {%- set by = keys | join(', ') -%}
  select
    {{ by }},
    min(covers_from) as started_date,
    max(covers_to) as ended_date
  from (
    select
      *,
      sum(begins) over (
        partition by {{ by }} order by covers_from, covers_to rows between unbounded preceding and current row
      ) as stretch_number
    from (
      select
        *,
        case
          when covers_from <= max(covers_to) over (
            partition by {{ by }} order by covers_from, covers_to rows between unbounded preceding and 1 preceding
          ) then 0
          else 1
        end as begins
      from spans
      where covers_from < covers_to
    ) as marked
  ) as numbered
  group by {{ by }}, stretch_number
{%- endmacro %}

{# Stands for the end of what has no end. #}
{% macro never() -%}
  date '9999-12-31'
{%- endmacro %}
