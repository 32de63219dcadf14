select
  tenant_id,
  account_id,
  cast(row_number() over (order by tenant_id, account_id) as integer) as account_key
from "staging"."stg_accounts"
