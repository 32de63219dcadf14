-- The version of each subscription that is known last, with what was billed for the product before.
with current_steps as (
  select
    *,
    case when previous_mrr > 0 then mrr / previous_mrr end as growth,
    case when previous_seats > 0 and seats > 0 then cast(seats as double) / previous_seats else 1 end as seat_growth
  from {{ ref('int_subscription_steps') }}
  where superseded_date is null
),

jump_places as (
  select
    *,
    row_number() over (partition by tenant_id order by growth desc, account_id, subscription_id) as place
  from current_steps
  where growth >= {{ var('revenue_jump') }} * greatest(seat_growth, 1)
),

jumps as (
  select
    tenant_id,
    count(*) as subscription_count,
    {{ first_few("account_id || ': ' || cast(cast(previous_mrr as decimal(18, 2)) as varchar) || ' → ' || cast(cast(mrr as decimal(18, 2)) as varchar)", 'place', 3) }} as subject,
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
  from {{ ref('stg_subscriptions') }} as subscriptions
  inner join {{ ref('int_tenants') }} as tenants on tenants.tenant_id = subscriptions.tenant_id
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
  left join {{ ref('stg_currency_rates') }} as rates on rates.currency = needed.currency
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
    {{ first_few('account_id', 'place', 3) }} as subject
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
    {{ first_few('account_id', 'place', 3) }} as subject
  from negative_places
  group by 1
)

select
  jumps.tenant_id,
  {{ finding('revenue_jumps', 'jumps.subscription_count', 'billed.subscription_count', subject='jumps.subject', quantity='jumps.growth', last_date='jumps.last_date') }}
from jumps
inner join billed on billed.tenant_id = jumps.tenant_id
union all
select
  without_rate.tenant_id,
  {{ finding('missing_currency_rates', 'without_rate.subscription_count', 'billed.subscription_count', subject='without_rate.currency', quantity='without_rate.account_count') }}
from without_rate
inner join billed on billed.tenant_id = without_rate.tenant_id
union all
select
  reversed.tenant_id,
  {{ finding('ended_before_start', 'reversed.subscription_count', 'billed.subscription_count', subject='reversed.subject') }}
from reversed
inner join billed on billed.tenant_id = reversed.tenant_id
union all
select
  negative.tenant_id,
  {{ finding('negative_amounts', 'negative.subscription_count', 'billed.subscription_count', subject='negative.subject') }}
from negative
inner join billed on billed.tenant_id = negative.tenant_id
