{#-
  What the versions of accounts, subscriptions and tickets say that became known in the new days, beside what was known
  before. A feed sends all of them every night, or those that changed: either way each is compared with the one before it.
-#}
{%- set columns = {
  'accounts': ['name', 'segment', 'region', 'owner'],
  'subscriptions': ['plan', 'seats', 'mrr', 'currency'],
  'support_tickets': ['severity'],
} -%}
{%- set categories = ['segment', 'region', 'plan', 'currency', 'severity'] -%}
{%- set keys = {'accounts': 'account_id', 'subscriptions': 'subscription_id', 'support_tickets': 'ticket_id'} -%}
with
{%- for source in columns %}
{{ source }} as (
  select
    versions.*,
    versions.known_date > days.first_new_date as is_new,
    versions.known_date - 1 as new_date,
    row_number() over (partition by versions.tenant_id, versions.{{ keys[source] }}, versions.known_date > days.first_new_date order by versions.known_date desc, versions.valid_from desc, versions.loaded_at desc) as recency
  from {{ ref('stg_' ~ source) }} as versions
  inner join {{ ref('int_new_days') }} as days
    on days.tenant_id = versions.tenant_id
    and versions.known_date <= days.newest_date + 1
),
{%- endfor %}

-- One row per column and version that is the last of its time: before the new days, or within them.
cells as (
  {%- for source in columns %}
  {%- set outer = loop %}
  {%- for column in columns[source] %}
  {{ 'union all' if not (outer.first and loop.first) }}
  select
    tenant_id,
    '{{ column }}' as column_name,
    is_new,
    new_date,
    nullif(trim(cast({{ column }} as varchar)), '') as cell
  from {{ source }}
  where recency = 1
  {%- endfor %}
  {%- endfor %}
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
    and cells.column_name in ('{{ categories | join("', '") }}')
  group by 1, 2, 3
),

new_category_sums as (
  select
    tenant_id,
    column_name,
    sum(row_count) as row_count,
    {{ first_few("cell || ' (' || cast(row_count as varchar) || ')'", 'place', 3) }} as subject
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
  from {{ ref('int_eligible_accounts') }} as accounts
  inner join {{ ref('int_new_days') }} as days on days.tenant_id = accounts.tenant_id
  group by 1, 2
),

previous_dates as (
  select
    dates.tenant_id,
    max(dates.as_of_date) as as_of_date
  from {{ ref('int_as_of_dates') }} as dates
  inner join {{ ref('int_new_days') }} as days
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
  inner join {{ ref('int_new_days') }} as days on days.tenant_id = eligible.tenant_id
  inner join {{ ref('int_account_keys') }} as keys on keys.account_key = eligible.account_key
  left join {{ ref('account_features') }} as features
    on features.tenant_id = keys.tenant_id
    and features.account_id = keys.account_id
    and features.as_of_date = days.newest_date + 1
  group by 1
)

select
  tenant_id,
  cast('account_features' as varchar) as reason,
  {{ finding('lost_rows', 'abs(eligible_count - featured_count)', 'greatest(eligible_count, 1)') }}
from featured
where eligible_count <> featured_count
union all
select
  tenant_id,
  cast(column_name as varchar) as reason,
  {{ finding('missing_values', 'null_count - round(cast(past_null_count as double) / past_count * row_count)', 'row_count', first_date='first_date', last_date='last_date') }}
from filled_cells
where past_count >= {{ var('gate_least_versions') }}
  and row_count >= {{ var('gate_least_versions') }}
  and null_count - round(cast(past_null_count as double) / past_count * row_count) > 0
union all
select
  sums.tenant_id,
  cast(sums.column_name as varchar) as reason,
  {{ finding('new_categories', 'sums.row_count', 'filled_cells.row_count', subject='sums.subject', first_date='filled_cells.first_date', last_date='filled_cells.last_date') }}
from new_category_sums as sums
inner join filled_cells
  on filled_cells.tenant_id = sums.tenant_id
  and filled_cells.column_name = sums.column_name
where filled_cells.past_count >= {{ var('gate_least_versions') }}
  and filled_cells.row_count >= {{ var('gate_least_versions') }}
union all
select
  tenant_id,
  cast('currency' as varchar) as reason,
  {{ finding('switched_currency', 'row_count', 'total_count', subject='subject', first_date='first_date', last_date='last_date') }}
from switched
where row_count > 0
  and total_count >= {{ var('gate_least_versions') }}
union all
select
  switched.tenant_id,
  cast('cancelled_at' as varchar) as reason,
  {{ finding('reopened_subscriptions', 'switched.reopened_count', 'ended.subscription_count', first_date='switched.first_date', last_date='switched.last_date') }}
from switched
inner join ended on ended.tenant_id = switched.tenant_id
where switched.reopened_count > 0
  and ended.subscription_count >= {{ var('gate_least_versions') }}
union all
select
  returned.tenant_id,
  cast('account_id' as varchar) as reason,
  {{ finding('returned_accounts', 'returned.account_count', 'returned.eligible_count', last_date='days.newest_date') }}
from returned
inner join {{ ref('int_new_days') }} as days on days.tenant_id = returned.tenant_id
where returned.account_count > 0
  and returned.eligible_count >= {{ var('gate_least_versions') }}
