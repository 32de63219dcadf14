{#
  A landed table has what every row needs, in types that can be read, whichever way it landed. Each row of the answer is one
  that has not: a raw row without a needed value, or a Kafka record with a value that is left out as unreadable.
#}
{% test is_readable(model, table) %}
{%- if var('landing') == 'kafka' %}
select
  record_metadata,
  record_content
from {{ source('raw', table) }}
where record_content is not null
  and (
    {%- for column, type in landed_columns()[table].items() if column != 'loaded_at' and type != 'json' %}
    {%- if column in needed_columns()[table] %}
    {{ 'or ' if not loop.first }}{{ record_field(column, type) }} is null
    {%- else %}
    {{ 'or ' if not loop.first }}(cast(record_content:{{ column }} as varchar) is not null and {{ record_field(column, type) }} is null)
    {%- endif %}
    {%- endfor %}
  )
{%- else %}
select *
from (
  {{ landed_rows(table) }}
) as landed
where {% for column in needed_columns()[table] %}{{ column }} is null{{ ' or ' if not loop.last }}{% endfor %}
{%- endif %}
{% endtest %}
