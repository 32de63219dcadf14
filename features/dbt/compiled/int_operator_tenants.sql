select distinct account_id as tenant_id
from "staging"."stg_accounts"
where tenant_id = 'platform'
  and account_id <> 'platform'
