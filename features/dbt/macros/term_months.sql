{#
  The longest term in months (12, 6, 4, 3, 2 or 1) that fits the time between a start and a renewal date: it divides
  both a year and those months. Null where no renewal date is known.
  Of one subscription alone this would betray the future: raw rows hold the *latest* renewal date, and a monthly
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

{# The longest term that fits every subscription of a plan; null where too few are there to tell, and for one without a renewal date. #}
{% macro plan_term_months(longest_term_months, plan) -%}
  case
    when {{ longest_term_months }} is null then null
    when count({{ longest_term_months }}) over ({{ plan }}) < {{ var('subscriptions_to_tell_a_term') }} then null
    {% for term in [12, 6, 4, 3, 2] -%}
    when max({{ longest_term_months }} % {{ term }}) over ({{ plan }}) = 0 then {{ term }}
    {% endfor -%}
    else 1
  end
{%- endmacro %}
