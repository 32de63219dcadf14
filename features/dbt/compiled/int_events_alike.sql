with without_id as (
  select tenant_id
  from "intermediate"."int_event_days"
  group by 1
  having sum(event_count) > sum(identified_count)
),

repeated as (
  select hash(tenant_id, account_id, user_id, event_type, event_time, quantity) as content_hash
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
  ) as landed
  where tenant_id in (select tenant_id from without_id)
    and (event_id is null or (event_id not between '!' and '~' and trim(event_id) = '')) and event_time > cast(event_time as date)
  group by 1
  having count(*) > 1
),

copies as (
  select
    landed.tenant_id,
    landed.event_time,
    repeated.content_hash
  from (
    select tenant_id, event_time, hash(tenant_id, account_id, user_id, event_type, event_time, quantity) as content_hash
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
    ) as landed
    where tenant_id in (select tenant_id from without_id)
      and (event_id is null or (event_id not between '!' and '~' and trim(event_id) = '')) and event_time > cast(event_time as date)
  ) as landed
  inner join repeated on repeated.content_hash = landed.content_hash
)

select
  tenant_id,
  cast(count(*) - count(distinct content_hash) as bigint) as event_count,
  cast(min(event_time) as date) as first_date,
  cast(max(event_time) as date) as last_date
from copies
group by 1
