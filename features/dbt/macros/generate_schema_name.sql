{# The schemas are part of the contract: `analytics` is `analytics`, not `<target schema>_analytics`. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
  {{ custom_schema_name if custom_schema_name is not none else target.schema }}
{%- endmacro %}
