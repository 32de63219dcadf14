-- The version of each subscription that is known last, with what was billed for the product before.
with current_steps as (
  select
    *,
    case when previous_mrr > 0 then mrr / previous_mrr end as growth,
    case when previous_seats > 0 and seats > 0 then cast(seats as double) / previous_seats else 1 end as seat_growth
  from "intermediate"."int_subscription_steps"
  where superseded_date is null
),

jump_places as (
  select
    *,
    row_number() over (partition by tenant_id order by growth desc, account_id, subscription_id) as place
  from current_steps
  where growth >= 50 * greatest(seat_growth, 1)
),

jumps as (
  select
    tenant_id,
    count(*) as subscription_count,
    max(case when place = 1 then account_id || ': ' || cast(cast(previous_mrr as decimal(18, 2)) as varchar) || ' → ' || cast(cast(mrr as decimal(18, 2)) as varchar) end)
  || coalesce(', ' || max(case when place = 2 then account_id || ': ' || cast(cast(previous_mrr as decimal(18, 2)) as varchar) || ' → ' || cast(cast(mrr as decimal(18, 2)) as varchar) end), '')
  || coalesce(', ' || max(case when place = 3 then account_id || ': ' || cast(cast(previous_mrr as decimal(18, 2)) as varchar) || ' → ' || cast(cast(mrr as decimal(18, 2)) as varchar) end), '')
  || case when max(place) > 3 then ', …' else '' end as subject,
    max(growth) as growth,
    max(known_date) as last_date
  from jump_places
  group by 1
),

billed as (
  select
    tenant_id,
    count(*) as subscription_count
  from current_steps
  group by 1
),

subscriptions as (
  select
    subscriptions.*,
    tenants.reporting_currency,
    min(subscriptions.currency) over (partition by subscriptions.tenant_id, subscriptions.account_id)
      < max(subscriptions.currency) over (partition by subscriptions.tenant_id, subscriptions.account_id) as is_mixed
  from "staging"."stg_subscriptions" as subscriptions
  inner join "intermediate"."int_tenants" as tenants on tenants.tenant_id = subscriptions.tenant_id
  where subscriptions.superseded_date is null
),

-- Where revenue is converted, both currencies need a rate.
needed as (
  select
    tenant_id,
    currency,
    account_id
  from subscriptions
  where currency <> reporting_currency
    or (reporting_currency is null and is_mixed)
  union all
  select
    tenant_id,
    reporting_currency as currency,
    account_id
  from subscriptions
  where currency <> reporting_currency
),

without_rate as (
  select
    needed.tenant_id,
    needed.currency,
    count(*) as subscription_count,
    count(distinct needed.account_id) as account_count
  from needed
  left join "staging"."stg_currency_rates" as rates on rates.currency = needed.currency
  where rates.currency is null
  group by 1, 2
),

reversed_places as (
  select
    *,
    row_number() over (partition by tenant_id order by account_id, subscription_id) as place
  from subscriptions
  where cancelled_date < started_date
),

reversed as (
  select
    tenant_id,
    count(*) as subscription_count,
    max(case when place = 1 then account_id end)
  || coalesce(', ' || max(case when place = 2 then account_id end), '')
  || coalesce(', ' || max(case when place = 3 then account_id end), '')
  || case when max(place) > 3 then ', …' else '' end as subject
  from reversed_places
  group by 1
),

negative_places as (
  select
    *,
    row_number() over (partition by tenant_id order by account_id, subscription_id) as place
  from subscriptions
  where seats < 0
    or mrr < 0
),

negative as (
  select
    tenant_id,
    count(*) as subscription_count,
    max(case when place = 1 then account_id end)
  || coalesce(', ' || max(case when place = 2 then account_id end), '')
  || coalesce(', ' || max(case when place = 3 then account_id end), '')
  || case when max(place) > 3 then ', …' else '' end as subject
  from negative_places
  group by 1
)

select
  jumps.tenant_id,
  cast('revenue_jumps' as varchar) as finding,
  cast(jumps.subject as varchar) as subject,
  cast(jumps.subscription_count as bigint) as row_count,
  cast(billed.subscription_count as bigint) as total_count,
  cast(jumps.growth as double) as quantity,
  cast(null as date) as first_date,
  cast(jumps.last_date as date) as last_date
from jumps
inner join billed on billed.tenant_id = jumps.tenant_id
union all
select
  without_rate.tenant_id,
  cast('missing_currency_rates' as varchar) as finding,
  cast(without_rate.currency as varchar) as subject,
  cast(without_rate.subscription_count as bigint) as row_count,
  cast(billed.subscription_count as bigint) as total_count,
  cast(without_rate.account_count as double) as quantity,
  cast(null as date) as first_date,
  cast(null as date) as last_date
from without_rate
inner join billed on billed.tenant_id = without_rate.tenant_id
union all
select
  reversed.tenant_id,
  cast('ended_before_start' as varchar) as finding,
  cast(reversed.subject as varchar) as subject,
  cast(reversed.subscription_count as bigint) as row_count,
  cast(billed.subscription_count as bigint) as total_count,
  cast(null as double) as quantity,
  cast(null as date) as first_date,
  cast(null as date) as last_date
from reversed
inner join billed on billed.tenant_id = reversed.tenant_id
union all
select
  negative.tenant_id,
  cast('negative_amounts' as varchar) as finding,
  cast(negative.subject as varchar) as subject,
  cast(negative.subscription_count as bigint) as row_count,
  cast(billed.subscription_count as bigint) as total_count,
  cast(null as double) as quantity,
  cast(null as date) as first_date,
  cast(null as date) as last_date
from negative
inner join billed on billed.tenant_id = negative.tenant_id
