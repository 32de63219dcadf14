with current_subscriptions as (
  select
    eligible.account_key,
    eligible.as_of_date,
    eligible.subscription_count,
    periods.plan,
    periods.currency,
    periods.seats,
    periods.mrr,
    periods.previous_seats,
    periods.previous_mrr,
    periods.renews_at,
    periods.term_months,
    eligible.as_of_date - periods.started_date as days_since_start,
    cast(round(periods.term_months * 30.4375) as integer) as term_days
  from "intermediate"."int_eligible_accounts" as eligible
  inner join "intermediate"."int_subscription_periods" as periods
    on periods.tenant_id = eligible.tenant_id
    and periods.account_id = eligible.account_id
    and periods.subscription_number = eligible.current_subscription_number
),

-- The next renewal as it was foreseeable on the as-of date: whole terms after the start.
renewing as (
  select
    *,
    term_days - days_since_start % term_days as days_to_renewal
  from current_subscriptions
)

select
  account_key,
  as_of_date,
  plan,
  currency as billing_currency,
  cast(seats as bigint) as seats,
  cast(mrr as double) as mrr,
  case when seats > 0 then cast(mrr as double) / seats end as mrr_per_seat,
  cast(days_since_start as bigint) as days_since_subscription_start,
  cast(days_to_renewal as bigint) as days_to_renewal,
  cast(term_months as bigint) as term_months,
  cast(subscription_count as bigint) as subscription_count,
  cast(seats - previous_seats as bigint) as seats_change,
  cast(mrr - previous_mrr as double) as mrr_change,
  -- The date on the contract, where it is the next one (or no term tells otherwise); else the foreseeable one.
  case
    when not (renews_at < as_of_date) and (term_days is null or renews_at <= as_of_date + cast(term_days + 3 as integer)) then cast(renews_at as timestamp)
    else cast(as_of_date + cast(days_to_renewal as integer) as timestamp)
  end as renews_at
from renewing
