{#
  Loops over what a platform decides about its features: the kinds of activity and the windows.

  dbt unrolls them by its vars. The embedded engine runs without dbt, so for it (var `keep_loops`) the compiled SQL keeps each
  loop once, between comments, and features/marts/render-loops.ts unrolls it by the platform's own settings:

    /*each kind*/ … {kind} … /*between*/, /*end*/

  Use them as `call` blocks, and give what stands between two rounds as `between`:

    {% call(kind) each_kind(between=',') %}'{{ kind }}'{% endcall %}
#}
{% macro each_kind(between='') -%}
  {%- if var('keep_loops', false) -%}
    /*each kind*/{{ caller('{kind}') }}/*between*/{{ between }}/*end*/
  {%- else -%}
    {%- for kind in var('activity_kinds') -%}
      {{ caller(kind.activity_kind) }}{{ between if not loop.last }}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro %}

{# Kinds that are use of the product: all but those that announce a departure, of which more is the bad sign. #}
{% macro each_kind_of_use(between='') -%}
  {%- if var('keep_loops', false) -%}
    /*each kind_of_use*/{{ caller('{kind}') }}/*between*/{{ between }}/*end*/
  {%- else -%}
    {%- for kind in var('activity_kinds') | rejectattr('risk_when', 'equalto', 'high') -%}
      {{ caller(kind.activity_kind) }}{{ between if not loop.last }}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro %}

{# A kind with its place in the column order and all that is said of it, as SQL literals. #}
{% macro each_described_kind(between='') -%}
  {%- if var('keep_loops', false) -%}
    /*each described_kind*/{{ caller(
      '{position}', "'{kind}'", "'{label}'", "'{unit}'", "'{risk_when}'", "'{play_up}'", "'{play_down}'"
    ) }}/*between*/{{ between }}/*end*/
  {%- else -%}
    {%- for kind in var('activity_kinds') -%}
      {{ caller(
        loop.index, text_literal(kind.activity_kind), text_literal(kind.label), text_literal(kind.unit),
        text_literal(kind.risk_when), text_literal(kind.play_up), text_literal(kind.play_down)
      ) }}{{ between if not loop.last }}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro %}

{% macro text_literal(text) -%}
  '{{ text | replace("'", "''") }}'
{%- endmacro %}

{# Windows, each in days and in weeks. #}
{% macro each_window(between='') -%}
  {%- if var('keep_loops', false) -%}
    /*each window*/{{ caller('{window}', '{weeks}') }}/*between*/{{ between }}/*end*/
  {%- else -%}
    {%- for window in var('window_days') -%}
      {{ caller(window, window // 7) }}{{ between if not loop.last }}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro %}

{# The weeks that events are looked back at, as how many weeks ago: twice the longest window, 0 for the last week. #}
{% macro each_lookback_week(between='') -%}
  {%- if var('keep_loops', false) -%}
    /*each lookback_week*/{{ caller('{week}') }}/*between*/{{ between }}/*end*/
  {%- else -%}
    {%- for week in range(2 * (var('window_days') | max) // 7) -%}
      {{ caller(week) }}{{ between if not loop.last }}
    {%- endfor -%}
  {%- endif -%}
{%- endmacro %}

{# In days. #}
{% macro longest_window() -%}
  {{ '{longest_window}' if var('keep_loops', false) else var('window_days') | max }}
{%- endmacro %}

{% macro longest_window_weeks() -%}
  {{ '{longest_window_weeks}' if var('keep_loops', false) else (var('window_days') | max) // 7 }}
{%- endmacro %}
