{# What a sum in the row's `currency` is multiplied by to be in the main subscription's `billing_currency`; null without a rate. #}
{% macro conversion(row, main) -%}
  case
    when {{ row }}.currency is null or {{ row }}.currency = {{ main }}.billing_currency then 1
    else {{ row }}.rate / {{ main }}.billing_rate
  end
{%- endmacro %}
