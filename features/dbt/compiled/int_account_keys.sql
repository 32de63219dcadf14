with everyone as (
  select tenant_id, account_id from "staging"."stg_accounts"
  union
  select tenant_id, account_id from "staging"."stg_platform_events"
)

select
  tenant_id,
  account_id,
  hash(length(tenant_id) || ':' || tenant_id || account_id) as account_key
from everyone
