{# One row per element of a JSON list, as columns `position` (from 0 on) and `element` of relation `alias`. #}
{% macro each_element(list, alias) -%}
  {{ return(adapter.dispatch('each_element', 'churn')(list, alias)) }}
{%- endmacro %}

{% macro default__each_element(list, alias) -%}
  cross join json_each({{ list }}) as {{ alias }}
{%- endmacro %}

{% macro snowflake__each_element(list, alias) -%}
  cross join lateral flatten(input => {{ list }}) as {{ alias }}
{%- endmacro %}

{# The position of an element of each_element, from 0 on. #}
{% macro element_position(alias) -%}
  {{ return(adapter.dispatch('element_position', 'churn')(alias)) }}
{%- endmacro %}

{% macro default__element_position(alias) -%}
  cast({{ alias }}.key as bigint)
{%- endmacro %}

{% macro snowflake__element_position(alias) -%}
  {{ alias }}.index
{%- endmacro %}

{# What stands at a path of positions and names inside of JSON, as text; null where nothing does. #}
{% macro json_text(json, path) -%}
  {{ return(adapter.dispatch('json_text', 'churn')(json, path)) }}
{%- endmacro %}

{% macro default__json_text(json, path) -%}
  {{ json }} ->> '${% for step in path %}{{ '[' ~ step ~ ']' if step is number else '.' ~ step }}{% endfor %}'
{%- endmacro %}

{% macro snowflake__json_text(json, path) -%}
  get_path({{ json }}, '{% for step in path %}{{ '[' ~ step ~ ']' if step is number else step }}{% endfor %}')::varchar
{%- endmacro %}

{# The rows of a group as one JSON list of objects with the given columns, in the order of a column. #}
{% macro json_list_of(relation, columns, order_by) -%}
  {{ return(adapter.dispatch('json_list_of', 'churn')(relation, columns, order_by)) }}
{%- endmacro %}

{% macro default__json_list_of(relation, columns, order_by) -%}
  to_json(list({
    {%- for column in columns %}'{{ column }}': {{ relation }}.{{ column }}{{ ', ' if not loop.last }}{% endfor -%}
  } order by {{ order_by }}))
{%- endmacro %}

{% macro snowflake__json_list_of(relation, columns, order_by) -%}
  to_variant(array_agg(object_construct_keep_null(
    {%- for column in columns %}'{{ column }}', {{ relation }}.{{ column }}{{ ', ' if not loop.last }}{% endfor -%}
  )) within group (order by {{ order_by }}))
{%- endmacro %}

{# An empty JSON list. #}
{% macro empty_json_list() -%}
  {{ return(adapter.dispatch('empty_json_list', 'churn')()) }}
{%- endmacro %}

{% macro default__empty_json_list() -%}
  cast('[]' as json)
{%- endmacro %}

{% macro snowflake__empty_json_list() -%}
  to_variant(array_construct())
{%- endmacro %}
