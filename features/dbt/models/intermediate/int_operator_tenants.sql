{%- set operator = "'" ~ var('operator_tenant') ~ "'" -%}

select distinct account_id as tenant_id
from {{ ref('stg_accounts') }}
where tenant_id = {{ operator }}
  and account_id <> {{ operator }}
