{# A date so many calendar months later; past the end of a short month it is that month's last day. #}
{% macro add_months(day, count) -%}
  {{ return(adapter.dispatch('add_months', 'churn')(day, count)) }}
{%- endmacro %}

{% macro default__add_months(day, count) -%}
  cast({{ day }} + to_months(cast({{ count }} as integer)) as date)
{%- endmacro %}

{% macro snowflake__add_months(day, count) -%}
  cast(dateadd(month, {{ count }}, {{ day }}) as date)
{%- endmacro %}

{# The first renewal on or after a day: whole terms of calendar months after the start, one at least. #}
{% macro renewal_on_or_after(day, started_date, term_months) -%}
  {%- set months = "((extract(year from " ~ day ~ ") - extract(year from " ~ started_date ~ ")) * 12 + extract(month from " ~ day ~ ") - extract(month from " ~ started_date ~ "))" -%}
  {%- set terms = "cast(floor(" ~ months ~ " / " ~ term_months ~ ") as integer)" -%}
  case
    when {{ terms }} >= 1 and {{ add_months(started_date, terms ~ ' * ' ~ term_months) }} >= {{ day }}
      then {{ add_months(started_date, terms ~ ' * ' ~ term_months) }}
    else {{ add_months(started_date, '(' ~ terms ~ ' + 1) * ' ~ term_months) }}
  end
{%- endmacro %}

{#
  The longest term in months (12, 6, 4, 3, 2 or 1) that fits the time between a start and a renewal date: it divides
  both a year and those months. Null where no renewal date is known.
  Of one subscription alone this would betray the future where raw rows hold the *latest* renewal date: a monthly
  contract that ended after a year looks like an annual one.
#}
{% macro longest_term_months(started_date, renews_date) -%}
  {%- set months = "cast(round(cast(" ~ renews_date ~ " - " ~ started_date ~ " as double) / 30.4375) as integer)" -%}
  case
    when {{ renews_date }} is null or {{ months }} < 1 then null
    {% for term in [12, 6, 4, 3, 2] -%}
    when {{ months }} % {{ term }} = 0 then {{ term }}
    {% endfor -%}
    else 1
  end
{%- endmacro %}
