{# The columns of one finding of the build report, for a SELECT; what is not given is null. #}
{% macro finding(name, row_count, total_count, subject='null', quantity='null', first_date='null', last_date='null') -%}
  cast('{{ name }}' as varchar) as finding,
  cast({{ subject }} as varchar) as subject,
  cast({{ row_count }} as bigint) as row_count,
  cast({{ total_count }} as bigint) as total_count,
  cast({{ quantity }} as double) as quantity,
  cast({{ first_date }} as date) as first_date,
  cast({{ last_date }} as date) as last_date
{%- endmacro %}
