{# A model has one row per combination of `columns`, and none of them is null but those that are `nullable`. #}
{% test unique_grain(model, columns, nullable=[]) %}
select
  {{ columns | join(', ') }},
  count(*) as row_count
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
  {%- for column in columns if column not in nullable %} or {{ column }} is null{% endfor %}
{% endtest %}
