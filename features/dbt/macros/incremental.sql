{#
  An incremental build replaces slices: the days and as-of dates that int_changes found to differ from the last build. A
  slice is replaced as a whole, so what a build leaves never depends on the order in which rows arrived.
#}

{#
  A whole number that stands for the given texts within one warehouse. It follows from them alone. Should an engine's `hash`
  change, so do the digests of all rows, and everything is built anew.
#}
{% macro key_of(texts) -%}
  {#- Lengths keep ('ab', 'c') and ('a', 'bc') apart. -#}
  hash({% for text in texts %}{{ "length(" ~ text ~ ") || ':' || " if not loop.last }}{{ text }}{{ ' || ' if not loop.last }}{% endfor %})
{%- endmacro %}

{# The rows of a source in one line for each tenant, day of activity and known date; `columns` are what is compared. #}
{% macro digest_of(source, model, columns, tenant_id="tenant_id", activity_date="cast(null as date)", known_date="known_date") -%}
  select
    '{{ source }}' as source,
    {{ tenant_id }} as tenant_id,
    {{ activity_date }} as activity_date,
    {{ known_date }} as known_date,
    count(*) as row_count,
    {{ digest(columns) }} as row_digest
  from {{ ref(model) }}
  group by 1, 2, 3, 4
{%- endmacro %}

{# Aggregate: a number that stands for rows of these columns. Of two groups together it is the sum. #}
{% macro digest(columns) -%}
  {#- Small enough that the sum over all rows of a day fits into 64 bits. -#}
  cast(sum(hash(hash({{ columns | join(', ') }})) % 100000000000) as bigint)
{%- endmacro %}

{# What counts at every as-of date has always been known. #}
{% macro always() -%}
  date '1970-01-01'
{%- endmacro %}

{#
  What the last build left in int_built_rows, which is written after everything else and so cannot be a `ref` here. After a
  build that was cut off, the next one finds the same changes again. Nothing where there is no last build to build on.
#}
{% macro built_rows() -%}
  {%- set built = this.incorporate(path={'identifier': 'int_built_rows'}) -%}
  {%- if builds_on_the_last() -%}
    select source, tenant_id, activity_date, known_date, row_count, row_digest from {{ built }}
  {%- else -%}
    select
      cast(null as varchar) as source,
      cast(null as varchar) as tenant_id,
      cast(null as date) as activity_date,
      cast(null as date) as known_date,
      cast(null as bigint) as row_count,
      cast(null as bigint) as row_digest
    where false
  {%- endif -%}
{%- endmacro %}

{# Whether every table that is built slice by slice is there. The embedded engine sees to that itself (var `engine`). #}
{% macro builds_on_the_last() -%}
  {%- if var('engine', 'dbt') == 'embedded' -%}{{ return(true) }}{%- endif -%}
  {%- if not execute or flags.FULL_REFRESH -%}{{ return(false) }}{%- endif -%}
  {%- for node in graph.nodes.values() if node.config.materialized == 'incremental' or node.name == 'int_built_rows' -%}
    {%- if adapter.get_relation(node.database, node.schema, node.alias) is none -%}{{ return(false) }}{%- endif -%}
  {%- endfor -%}
  {{ return(true) }}
{%- endmacro %}

{#
  Strategy `replace_slices` of an incremental model: meta `slices` names the model that lists the slices, and the columns
  that tell one from another. All rows of a listed slice go, and the new ones come, together.
#}
{% macro get_incremental_replace_slices_sql(arguments) -%}
  {%- set slices = config.get('meta')['slices'] -%}
  {%- set target = arguments['target_relation'] -%}
  {%- set columns = arguments['dest_columns'] | map(attribute='quoted') | join(', ') -%}
  {%- set sql -%}
    delete from {{ target }}
    using {{ ref(slices['model']) }} as slices
    where {% for column in slices['columns'] -%}
      {{ target }}.{{ column }} = slices.{{ column }}{{ ' and ' if not loop.last }}
    {%- endfor %};

    insert into {{ target }} ({{ columns }})
    select {{ columns }} from {{ arguments['temp_relation'] }}
  {%- endset -%}
  {{ return(adapter.dispatch('together', 'churn')(sql)) }}
{%- endmacro %}

{% macro default__together(sql) -%}
  {{ return(sql) }}
{%- endmacro %}

{% macro snowflake__together(sql) -%}
  {{ return(snowflake_dml_explicit_transaction(sql)) }}
{%- endmacro %}
