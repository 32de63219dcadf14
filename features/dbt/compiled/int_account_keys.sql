with everyone as (
  select tenant_id, account_id from "staging"."stg_accounts"
  union
  select tenant_id, account_id from "staging"."stg_platform_events"
)

select
  tenant_id,
  account_id,
  cast(row_number() over (order by tenant_id, account_id) as integer) as account_key
from everyone
