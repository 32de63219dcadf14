with everyone as (
  select tenant_id, account_id from "staging"."stg_accounts"
  union
  -- As they landed: an event that came twice names nobody else, and all of them are read.
  select tenant_id, account_id
  from (
    select landed.*
  from (
    select * from "raw"."platform_events"
  ) as landed
  where not exists (
    select 1
    from "staging"."stg_erased_accounts" as erased
    where erased.tenant_id = landed.tenant_id
      and erased.account_id = landed.account_id
  )
  ) as events
)

select
  tenant_id,
  account_id,
  hash(length(tenant_id) || ':' || tenant_id || account_id) as account_key
from everyone
