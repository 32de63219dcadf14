with operator_accounts as (
  select
    tenants.tenant_id,
    keys.account_key as operator_account_key
  from "intermediate"."int_operator_tenants" as tenants
  inner join "intermediate"."int_account_keys" as keys
    on keys.tenant_id = 'platform'
    and keys.account_id = tenants.tenant_id
)

select
  operator_accounts.operator_account_key,
  keys.account_key
from operator_accounts
inner join "intermediate"."int_account_keys" as keys on keys.tenant_id = operator_accounts.tenant_id
union all
select
  operator_account_key,
  operator_account_key as account_key
from operator_accounts
