{# At every as-of date one version of each combination of `columns` is known at most. #}
{% test one_version_at_a_time(model, columns) %}
with visible as (
  select
    {{ columns | join(', ') }},
    known_date,
    superseded_date,
    lag(superseded_date, 1, known_date) over (partition by {{ columns | join(', ') }} order by known_date) as free_from
  from {{ model }}
  where superseded_date is null or superseded_date > known_date
)

select *
from visible
where free_from is null or known_date < free_from
{% endtest %}
