-- What was billed for a product of an account, version by version in the order in which they became known. A version
-- that was superseded as it arrived was never billed.
with steps as (
  select
    *,
    lag(subscription_id) over (
      partition by tenant_id, account_id, product order by known_date, started_at, plan, mrr, seats, subscription_id
    ) as before_subscription_id,
    lag(seats) over (
      partition by tenant_id, account_id, product order by known_date, started_at, plan, mrr, seats, subscription_id
    ) as before_seats,
    lag(mrr) over (
      partition by tenant_id, account_id, product order by known_date, started_at, plan, mrr, seats, subscription_id
    ) as before_mrr,
    lag(currency) over (
      partition by tenant_id, account_id, product order by known_date, started_at, plan, mrr, seats, subscription_id
    ) as before_currency,
    row_number() over (
      partition by tenant_id, account_id, product order by known_date, started_at, plan, mrr, seats, subscription_id
    ) as step_number
  from {{ ref('int_subscription_versions') }}
  where superseded_date is null
    or superseded_date > known_date
),

-- A version that changes neither seats nor price belongs to the change before.
marked as (
  select
    *,
    not (
      coalesce(before_subscription_id = subscription_id, false)
      and before_seats is not distinct from seats
      and before_mrr is not distinct from mrr
      and before_currency is not distinct from currency
    ) as is_change
  from steps
),

numbered as (
  select
    *,
    sum(case when is_change then 1 else 0 end) over (
      partition by tenant_id, account_id, product order by step_number rows between unbounded preceding and current row
    ) as change_number
  from marked
)

select
  tenant_id,
  account_id,
  account_key,
  subscription_id,
  product,
  plan,
  currency,
  seats,
  mrr,
  started_at,
  started_date,
  renews_at,
  renews_date,
  is_dated,
  ended_known_date,
  churned_date,
  known_date,
  superseded_date,
  is_change,
  lead(known_date) over (partition by tenant_id, account_id, product order by step_number) as next_known_date,
  first_value(before_seats) over (
    partition by tenant_id, account_id, product, change_number order by step_number
  ) as previous_seats,
  first_value(case when before_currency is not distinct from currency then before_mrr end) over (
    partition by tenant_id, account_id, product, change_number order by step_number
  ) as previous_mrr
from numbered
