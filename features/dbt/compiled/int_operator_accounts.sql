with operator_accounts as (
  select distinct
    accounts.account_id as tenant_id,
    keys.account_key as operator_account_key
  from "staging"."stg_accounts" as accounts
  inner join "intermediate"."int_account_keys" as keys
    on keys.tenant_id = accounts.tenant_id
    and keys.account_id = accounts.account_id
  where accounts.tenant_id = 'platform'
    and accounts.account_id <> 'platform'
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
