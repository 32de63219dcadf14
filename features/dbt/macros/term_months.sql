{#
  Months from one renewal to the next: 12, 6, 4, 3, 2 or 1; null where no renewal date is known.
  Raw subscriptions hold the *latest* renewal date, which moves on at every renewal and so tells who stayed.
  What does not tell is the remainder by whole years, and that is all that is used: the greatest term which
  divides both a year and the months between start and renewal date.
#}
{% macro term_months(started_date, renews_date) -%}
  {%- set months = "cast(round(cast(" ~ renews_date ~ " - " ~ started_date ~ " as double) / 30.4375) as integer)" -%}
  case
    when {{ renews_date }} is null or {{ months }} < 1 then null
    {% for term in [12, 6, 4, 3, 2] -%}
    when {{ months }} % {{ term }} = 0 then {{ term }}
    {% endfor -%}
    else 1
  end
{%- endmacro %}
