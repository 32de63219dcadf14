{#
  The texts of a group as one, sorted as texts, with a separator between them that none of them contains. DuckDB sorts after
  joining: an aggregate that keeps its rows in order keeps all of them in memory.
#}
{% macro joined_texts(text, separator) -%}
  {{ return(adapter.dispatch('joined_texts', 'churn')(text, separator)) }}
{%- endmacro %}

{% macro default__joined_texts(text, separator) -%}
  array_to_string(list_sort(string_split(string_agg({{ text }}, '{{ separator }}'), '{{ separator }}')), '{{ separator }}')
{%- endmacro %}

{% macro snowflake__joined_texts(text, separator) -%}
  listagg({{ text }}, '{{ separator }}') within group (order by {{ text }})
{%- endmacro %}
