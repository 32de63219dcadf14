select
  tenants.account_id as tenant_id,
  keys.account_key
from "staging"."stg_accounts" as tenants
inner join "intermediate"."int_account_keys" as keys
  on keys.tenant_id = tenants.tenant_id
  and keys.account_id = tenants.account_id
where tenants.tenant_id = 'platform'
  and tenants.account_id <> 'platform'
