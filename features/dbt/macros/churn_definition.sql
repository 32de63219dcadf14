{# A tenant's churn definition: as its setting says, else by how many of its accounts ever subscribed. #}
{% macro churn_definition(setting, account_count, subscriber_count) -%}
  cast(
    case
      when {{ setting }} is not null then {{ setting }}
      when {{ subscriber_count }} = 0 then 'inactivity'
      when 2 * {{ subscriber_count }} >= {{ account_count }} then 'contractual'
      else 'both'
    end as varchar
  )
{%- endmacro %}
