with versions as (
  select
    'accounts' as table_name,
    tenant_id,
    known_date,
    case
      when has_valid_from then cast(valid_from as date)
      -- What says nothing of since when it holds is late where it tells of a beginning long past.
      when row_number() over (partition by tenant_id, account_id order by known_date, loaded_at) = 1
        then created_date
    end as valid_date,
    is_backfill
  from "staging"."stg_accounts"
  union all
  select
    'subscriptions' as table_name,
    tenant_id,
    known_date,
    case
      when has_valid_from then cast(valid_from as date)
      -- What says nothing of since when it holds is late where it tells of a beginning long past.
      when row_number() over (partition by tenant_id, subscription_id order by known_date, loaded_at) = 1
        then started_date
    end as valid_date,
    is_backfill
  from "staging"."stg_subscriptions"
  union all
  select
    'support_tickets' as table_name,
    tenant_id,
    known_date,
    case
      when has_valid_from then cast(valid_from as date)
      -- What says nothing of since when it holds is late where it tells of a beginning long past.
      when row_number() over (partition by tenant_id, ticket_id order by known_date, loaded_at) = 1
        then opened_date
    end as valid_date,
    is_backfill
  from "staging"."stg_support_tickets"

),

arrivals as (
  select
    table_name,
    tenant_id,
    coalesce(greatest((known_date - 1) - valid_date, 0), 0) as late_days
  from versions
  where not is_backfill
)

select
  cast(table_name as varchar) as table_name,
  tenant_id,
  cast(count(*) as bigint) as version_count,
  cast(sum(case when late_days > 0 then 1 else 0 end) as bigint) as late_count,
  cast(max(late_days) as integer) as longest_late_days
from arrivals
group by 1, 2
