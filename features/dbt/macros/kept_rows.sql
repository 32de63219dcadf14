{# The landed rows of one raw table without those of erased accounts. #}
{% macro kept_rows(table) -%}
  {{ kept_of(landed_rows(table)) }}
{%- endmacro %}

{# The rows of a SELECT with `tenant_id` and `account_id`, without those of erased accounts. #}
{% macro kept_of(landed) -%}
  select landed.*
  from (
    {{ landed }}
  ) as landed
  where not exists (
    select 1
    from {{ ref('stg_erased_accounts') }} as erased
    where erased.tenant_id = landed.tenant_id
      and erased.account_id = landed.account_id
  )
{%- endmacro %}

{# What raw.erasures keeps of an account's id; `accountHash` of the application gives the same. #}
{% macro account_hash(tenant_id, account_id) -%}
  {{ return(adapter.dispatch('account_hash', 'churn')(tenant_id, account_id)) }}
{%- endmacro %}

{% macro default__account_hash(tenant_id, account_id) -%}
  sha256({{ tenant_id }} || '/' || {{ account_id }})
{%- endmacro %}

{% macro snowflake__account_hash(tenant_id, account_id) -%}
  sha2({{ tenant_id }} || '/' || {{ account_id }}, 256)
{%- endmacro %}
