{# Every combination of `columns` is one of `to`, save where one of them is null. The columns have the same names there. #}
{% test refers_to(model, columns, to) %}
with referring as (
  select distinct {{ columns | join(', ') }}
  from {{ model }}
  where {% for column in columns %}{{ 'and ' if not loop.first }}{{ column }} is not null {% endfor %}
)

select referring.*
from referring
left join (select distinct {{ columns | join(', ') }}, 1 as is_there from {{ to }}) as referred
  on {% for column in columns %}{{ 'and ' if not loop.first }}referred.{{ column }} = referring.{{ column }} {% endfor %}
where referred.is_there is null
{% endtest %}
