with versions as (
  select
    'accounts' as table_name,
    tenant_id,
    cast(loaded_at as date) as loaded_date,
    created_date as start_date,
    is_backfill and not has_valid_from as is_undated,
    row_number() over (partition by tenant_id, account_id order by known_date, loaded_at) as version_number
  from "staging"."stg_accounts"
  union all
  select
    'subscriptions' as table_name,
    tenant_id,
    cast(loaded_at as date) as loaded_date,
    started_date as start_date,
    is_backfill and not has_valid_from as is_undated,
    row_number() over (partition by tenant_id, subscription_id order by known_date, loaded_at) as version_number
  from "staging"."stg_subscriptions"
  union all
  select
    'support_tickets' as table_name,
    tenant_id,
    cast(loaded_at as date) as loaded_date,
    opened_date as start_date,
    is_backfill and not has_valid_from as is_undated,
    row_number() over (partition by tenant_id, ticket_id order by known_date, loaded_at) as version_number
  from "staging"."stg_support_tickets"

),

firsts as (
  select
    *,
    count(*) over (partition by table_name, tenant_id) as thing_count
  from versions
  where version_number = 1
)

-- What began and was loaded on one day has no past that its row could be wrong about.
select
  cast(table_name as varchar) as table_name,
  tenant_id,
  loaded_date + 1 as dated_from,
  cast(count(*) as bigint) as undated_count,
  cast(max(thing_count) as bigint) as thing_count
from firsts
where is_undated
  and loaded_date > start_date
group by 1, 2, 3
