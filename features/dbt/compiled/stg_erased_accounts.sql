with erasures as (
  select distinct
    tenant_id,
    account_hash
  from (
    select * from "raw"."erasures"
  ) as requested
),

landed as (
  select
    tenant_id,
    account_id
  from (
    select * from "raw"."platform_events"
  ) as platform_events
  where tenant_id in (select tenant_id from erasures)
  union
  select
    tenant_id,
    account_id
  from (
    select * from "raw"."accounts"
  ) as accounts
  where tenant_id in (select tenant_id from erasures)
  union
  select
    tenant_id,
    account_id
  from (
    select * from "raw"."subscriptions"
  ) as subscriptions
  where tenant_id in (select tenant_id from erasures)
  union
  select
    tenant_id,
    account_id
  from (
    select * from "raw"."support_tickets"
  ) as support_tickets
  where tenant_id in (select tenant_id from erasures)

)

select distinct
  landed.tenant_id,
  landed.account_id
from landed
inner join erasures
  on erasures.tenant_id = landed.tenant_id
  and (erasures.account_hash is null or erasures.account_hash = sha256(landed.tenant_id || '/' || landed.account_id))
