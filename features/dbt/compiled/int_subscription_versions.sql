with versions as (
  select
    subscriptions.*,
    accounts.account_key,
    tenants.grace_days,
    subscriptions.renews_date + 28 as lapse_date
  from "staging"."stg_subscriptions" as subscriptions
  inner join "intermediate"."int_tenants" as tenants on tenants.tenant_id = subscriptions.tenant_id
  left join "intermediate"."int_account_keys" as accounts
    on accounts.tenant_id = subscriptions.tenant_id
    and accounts.account_id = subscriptions.account_id
),

-- Renewal dates that pass without being moved, and without a cancellation, end a subscription sooner or later.
unmoved as (
  select *
  from versions
  where cancelled_date is null
    and renews_date is not null
),

starts as (
  select
    tenant_id,
    account_id,
    product,
    subscription_id,
    min(started_at) as started_at,
    min(started_date) as started_date,
    min(known_date) as known_date
  from versions
  group by 1, 2, 3, 4
),

succeeded as (
  select
    unmoved.tenant_id,
    unmoved.subscription_id,
    unmoved.product,
    unmoved.started_at,
    unmoved.renews_date,
    min(greatest(unmoved.renews_date, successors.started_date)) as ended_date,
    min(greatest(unmoved.renews_date + 1, successors.known_date)) as known_date
  from unmoved
  inner join starts as successors
    on successors.tenant_id = unmoved.tenant_id
    and successors.account_id = unmoved.account_id
    and successors.product = unmoved.product
    and successors.subscription_id <> unmoved.subscription_id
    and successors.started_at >= unmoved.started_at
    and successors.started_date <= unmoved.lapse_date
    and (successors.known_date <= unmoved.lapse_date)
  group by 1, 2, 3, 4, 5
),

-- Somebody still worked after that: the feed does not move renewal dates and the contract goes on.
went_on as (
  select
    unmoved.tenant_id,
    unmoved.subscription_id,
    unmoved.renews_date,
    min(activity.known_date) as known_date
  from unmoved
  inner join "intermediate"."int_active_days" as activity
    on activity.account_key = unmoved.account_key
    and activity.activity_date > unmoved.renews_date
    and (activity.activity_date < unmoved.lapse_date)
    and (activity.known_date <= unmoved.lapse_date)
  group by 1, 2, 3
)

select
  versions.tenant_id,
  versions.account_id,
  versions.account_key,
  versions.subscription_id,
  versions.product,
  versions.plan,
  versions.currency,
  versions.seats,
  versions.mrr,
  versions.started_at,
  versions.started_date,
  versions.renews_at,
  versions.renews_date,
  versions.is_dated,
  versions.known_date,
  versions.superseded_date,
  coalesce(versions.cancelled_date + 1, succeeded.known_date) as ended_known_date,
  coalesce(versions.cancelled_date, versions.renews_date) + 1 as passed_date,
  went_on.known_date as went_on_known_date,
  case
    when versions.cancelled_date is not null then versions.cancelled_date + cast(1 + versions.grace_days as integer)
    when succeeded.subscription_id is not null
      then greatest(succeeded.ended_date + cast(1 + versions.grace_days as integer), succeeded.known_date)
    when versions.renews_date is not null and went_on.subscription_id is null
      then greatest(versions.lapse_date, versions.renews_date + cast(1 + versions.grace_days as integer))
  end as churned_date
from versions
left join succeeded
  on succeeded.tenant_id = versions.tenant_id
  and succeeded.subscription_id = versions.subscription_id
  and succeeded.product = versions.product
  and succeeded.started_at = versions.started_at
  and succeeded.renews_date = versions.renews_date
  and versions.cancelled_date is null
left join went_on
  on went_on.tenant_id = versions.tenant_id
  and went_on.subscription_id = versions.subscription_id
  and went_on.renews_date = versions.renews_date
  and versions.cancelled_date is null
