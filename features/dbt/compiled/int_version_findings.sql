with
accounts as (
  select
    versions.*,
    versions.known_date > days.first_new_date as is_new,
    versions.known_date - 1 as new_date,
    row_number() over (partition by versions.tenant_id, versions.account_id, versions.known_date > days.first_new_date order by versions.known_date desc, versions.valid_from desc, versions.loaded_at desc) as recency
  from "staging"."stg_accounts" as versions
  inner join "intermediate"."int_new_days" as days
    on days.tenant_id = versions.tenant_id
    and versions.known_date <= days.newest_date + 1
),
subscriptions as (
  select
    versions.*,
    versions.known_date > days.first_new_date as is_new,
    versions.known_date - 1 as new_date,
    row_number() over (partition by versions.tenant_id, versions.subscription_id, versions.known_date > days.first_new_date order by versions.known_date desc, versions.valid_from desc, versions.loaded_at desc) as recency
  from "staging"."stg_subscriptions" as versions
  inner join "intermediate"."int_new_days" as days
    on days.tenant_id = versions.tenant_id
    and versions.known_date <= days.newest_date + 1
),
support_tickets as (
  select
    versions.*,
    versions.known_date > days.first_new_date as is_new,
    versions.known_date - 1 as new_date,
    row_number() over (partition by versions.tenant_id, versions.ticket_id, versions.known_date > days.first_new_date order by versions.known_date desc, versions.valid_from desc, versions.loaded_at desc) as recency
  from "staging"."stg_support_tickets" as versions
  inner join "intermediate"."int_new_days" as days
    on days.tenant_id = versions.tenant_id
    and versions.known_date <= days.newest_date + 1
),

-- One row per column and version that is the last of its time: before the new days, or within them.
cells as (

  select
    tenant_id,
    'name' as column_name,
    is_new,
    new_date,
    nullif(trim(cast(name as varchar)), '') as cell
  from accounts
  where recency = 1
  union all
  select
    tenant_id,
    'segment' as column_name,
    is_new,
    new_date,
    nullif(trim(cast(segment as varchar)), '') as cell
  from accounts
  where recency = 1
  union all
  select
    tenant_id,
    'region' as column_name,
    is_new,
    new_date,
    nullif(trim(cast(region as varchar)), '') as cell
  from accounts
  where recency = 1
  union all
  select
    tenant_id,
    'owner' as column_name,
    is_new,
    new_date,
    nullif(trim(cast(owner as varchar)), '') as cell
  from accounts
  where recency = 1
  union all
  select
    tenant_id,
    'plan' as column_name,
    is_new,
    new_date,
    nullif(trim(cast(plan as varchar)), '') as cell
  from subscriptions
  where recency = 1
  union all
  select
    tenant_id,
    'seats' as column_name,
    is_new,
    new_date,
    nullif(trim(cast(seats as varchar)), '') as cell
  from subscriptions
  where recency = 1
  union all
  select
    tenant_id,
    'mrr' as column_name,
    is_new,
    new_date,
    nullif(trim(cast(mrr as varchar)), '') as cell
  from subscriptions
  where recency = 1
  union all
  select
    tenant_id,
    'currency' as column_name,
    is_new,
    new_date,
    nullif(trim(cast(currency as varchar)), '') as cell
  from subscriptions
  where recency = 1
  union all
  select
    tenant_id,
    'severity' as column_name,
    is_new,
    new_date,
    nullif(trim(cast(severity as varchar)), '') as cell
  from support_tickets
  where recency = 1
),

filled_cells as (
  select
    tenant_id,
    column_name,
    sum(case when is_new then 1 else 0 end) as row_count,
    sum(case when is_new and cell is null then 1 else 0 end) as null_count,
    sum(case when is_new then 0 else 1 end) as past_count,
    sum(case when not is_new and cell is null then 1 else 0 end) as past_null_count,
    min(case when is_new then new_date end) as first_date,
    max(case when is_new then new_date end) as last_date
  from cells
  group by 1, 2
),

past_categories as (
  select distinct tenant_id, column_name, cell
  from cells
  where not is_new
    and cell is not null
),

new_categories as (
  select
    cells.tenant_id,
    cells.column_name,
    cells.cell,
    count(*) as row_count,
    row_number() over (partition by cells.tenant_id, cells.column_name order by count(*) desc, cells.cell) as place
  from cells
  left join past_categories as past
    on past.tenant_id = cells.tenant_id
    and past.column_name = cells.column_name
    and past.cell = cells.cell
  where cells.is_new
    and cells.cell is not null
    and past.cell is null
    and cells.column_name in ('segment', 'region', 'plan', 'currency', 'severity')
  group by 1, 2, 3
),

new_category_sums as (
  select
    tenant_id,
    column_name,
    sum(row_count) as row_count,
    max(case when place = 1 then cell || ' (' || cast(row_count as varchar) || ')' end)
  || coalesce(', ' || max(case when place = 2 then cell || ' (' || cast(row_count as varchar) || ')' end), '')
  || coalesce(', ' || max(case when place = 3 then cell || ' (' || cast(row_count as varchar) || ')' end), '')
  || case when max(place) > 3 then ', …' else '' end as subject
  from new_categories
  group by 1, 2
),

switched as (
  select
    latest.tenant_id,
    count(case when latest.currency <> earlier.currency then 1 end) as row_count,
    count(*) as total_count,
    min(case when latest.currency <> earlier.currency then earlier.currency || ' → ' || latest.currency end) as subject,
    count(case when earlier.cancelled_date is not null and latest.cancelled_date is null then 1 end) as reopened_count,
    min(latest.new_date) as first_date,
    max(latest.new_date) as last_date
  from subscriptions as latest
  inner join subscriptions as earlier
    on earlier.tenant_id = latest.tenant_id
    and earlier.subscription_id = latest.subscription_id
    and not earlier.is_new
    and earlier.recency = 1
  where latest.is_new
    and latest.recency = 1
  group by 1
),

ended as (
  select
    tenant_id,
    count(*) as subscription_count
  from subscriptions
  where not is_new
    and recency = 1
    and cancelled_date is not null
  group by 1
),

-- At the newest as-of date, and then by how long they had been gone.
eligible as (
  select
    accounts.tenant_id,
    accounts.account_key,
    max(case when accounts.as_of_date = days.newest_date + 1 then 1 else 0 end) as is_eligible,
    max(case when accounts.as_of_date <= days.newest_date then accounts.as_of_date end) as last_as_of_date
  from "intermediate"."int_eligible_accounts" as accounts
  inner join "intermediate"."int_new_days" as days on days.tenant_id = accounts.tenant_id
  group by 1, 2
),

previous_dates as (
  select
    dates.tenant_id,
    max(dates.as_of_date) as as_of_date
  from "intermediate"."int_as_of_dates" as dates
  inner join "intermediate"."int_new_days" as days
    on days.tenant_id = dates.tenant_id
    and dates.as_of_date <= days.newest_date - 3
  group by 1
),

returned as (
  select
    eligible.tenant_id,
    count(case when eligible.last_as_of_date < previous_dates.as_of_date then 1 end) as account_count,
    count(*) as eligible_count
  from eligible
  inner join previous_dates on previous_dates.tenant_id = eligible.tenant_id
  where eligible.is_eligible = 1
  group by 1
),

-- Who is eligible has features.
featured as (
  select
    eligible.tenant_id,
    sum(eligible.is_eligible) as eligible_count,
    count(features.account_id) as featured_count
  from eligible
  inner join "intermediate"."int_new_days" as days on days.tenant_id = eligible.tenant_id
  inner join "intermediate"."int_account_keys" as keys on keys.account_key = eligible.account_key
  left join "analytics"."account_features" as features
    on features.tenant_id = keys.tenant_id
    and features.account_id = keys.account_id
    and features.as_of_date = days.newest_date + 1
  group by 1
)

select
  tenant_id,
  cast('account_features' as varchar) as reason,
  cast('lost_rows' as varchar) as finding,
  cast(null as varchar) as subject,
  cast(abs(eligible_count - featured_count) as bigint) as row_count,
  cast(greatest(eligible_count, 1) as bigint) as total_count,
  cast(null as double) as quantity,
  cast(null as date) as first_date,
  cast(null as date) as last_date
from featured
where eligible_count <> featured_count
union all
select
  tenant_id,
  cast(column_name as varchar) as reason,
  cast('missing_values' as varchar) as finding,
  cast(null as varchar) as subject,
  cast(null_count - round(cast(past_null_count as double) / past_count * row_count) as bigint) as row_count,
  cast(row_count as bigint) as total_count,
  cast(null as double) as quantity,
  cast(first_date as date) as first_date,
  cast(last_date as date) as last_date
from filled_cells
where past_count >= 10
  and row_count >= 10
  and null_count - round(cast(past_null_count as double) / past_count * row_count) > 0
union all
select
  sums.tenant_id,
  cast(sums.column_name as varchar) as reason,
  cast('new_categories' as varchar) as finding,
  cast(sums.subject as varchar) as subject,
  cast(sums.row_count as bigint) as row_count,
  cast(filled_cells.row_count as bigint) as total_count,
  cast(null as double) as quantity,
  cast(filled_cells.first_date as date) as first_date,
  cast(filled_cells.last_date as date) as last_date
from new_category_sums as sums
inner join filled_cells
  on filled_cells.tenant_id = sums.tenant_id
  and filled_cells.column_name = sums.column_name
where filled_cells.past_count >= 10
  and filled_cells.row_count >= 10
union all
select
  tenant_id,
  cast('currency' as varchar) as reason,
  cast('switched_currency' as varchar) as finding,
  cast(subject as varchar) as subject,
  cast(row_count as bigint) as row_count,
  cast(total_count as bigint) as total_count,
  cast(null as double) as quantity,
  cast(first_date as date) as first_date,
  cast(last_date as date) as last_date
from switched
where row_count > 0
  and total_count >= 10
union all
select
  switched.tenant_id,
  cast('cancelled_at' as varchar) as reason,
  cast('reopened_subscriptions' as varchar) as finding,
  cast(null as varchar) as subject,
  cast(switched.reopened_count as bigint) as row_count,
  cast(ended.subscription_count as bigint) as total_count,
  cast(null as double) as quantity,
  cast(switched.first_date as date) as first_date,
  cast(switched.last_date as date) as last_date
from switched
inner join ended on ended.tenant_id = switched.tenant_id
where switched.reopened_count > 0
  and ended.subscription_count >= 10
union all
select
  returned.tenant_id,
  cast('account_id' as varchar) as reason,
  cast('returned_accounts' as varchar) as finding,
  cast(null as varchar) as subject,
  cast(returned.account_count as bigint) as row_count,
  cast(returned.eligible_count as bigint) as total_count,
  cast(null as double) as quantity,
  cast(null as date) as first_date,
  cast(days.newest_date as date) as last_date
from returned
inner join "intermediate"."int_new_days" as days on days.tenant_id = returned.tenant_id
where returned.account_count > 0
  and returned.eligible_count >= 10
