-- The subscriptions in force at an as-of date, each in the version known then.
with in_force as (
  select
    eligible.tenant_id,
    eligible.account_key,
    eligible.as_of_date,
    eligible.subscription_count,
    tenants.reporting_currency,
    steps.subscription_id,
    steps.product,
    steps.plan,
    steps.currency,
    steps.seats,
    steps.mrr,
    steps.previous_seats,
    steps.previous_mrr,
    steps.started_at,
    steps.started_date,
    steps.renews_at,
    steps.renews_date,
    steps.is_dated,
    rates.rate,
    terms.term_months,
    case
      when steps.ended_known_date is null or not (steps.ended_known_date <= eligible.as_of_date) then 1
      else 0
    end as is_running
  from "intermediate"."int_accounts_to_build" as eligible
  inner join "intermediate"."int_tenants" as tenants on tenants.tenant_id = eligible.tenant_id
  inner join "intermediate"."int_subscription_steps" as steps
    on steps.account_key = eligible.account_key
    and ((steps.known_date <= eligible.as_of_date) and eligible.as_of_date < coalesce(steps.superseded_date, date '9999-12-31'))
    and (steps.started_date < eligible.as_of_date)
    and (steps.churned_date is null or not (steps.churned_date <= eligible.as_of_date))
  left join "intermediate"."int_plan_terms" as terms
    on terms.tenant_id = steps.tenant_id
    and terms.plan = coalesce(steps.plan, '')
    and ((terms.known_date <= eligible.as_of_date) and eligible.as_of_date < coalesce(terms.superseded_date, date '9999-12-31'))
  left join "staging"."stg_currency_rates" as rates
    on rates.currency = steps.currency
    and ((rates.known_date <= eligible.as_of_date) and eligible.as_of_date < coalesce(rates.superseded_date, date '9999-12-31'))
),

-- Ended ones still speak for an account in its grace period, when nothing else does.
ranked as (
  select
    *,
    max(is_running) over (partition by account_key, as_of_date) as has_running,
    row_number() over (
      partition by account_key, as_of_date
      order by is_running desc, coalesce(mrr * coalesce(rate, 1), -1) desc, started_at desc, subscription_id desc
    ) as position
  from in_force
),

-- The main subscription: of those that run the one with the most revenue, of equal ones the latest.
main as (
  select
    ranked.*,
    coalesce(ranked.reporting_currency, ranked.currency) as billing_currency,
    target.rate as billing_rate
  from ranked
  left join "staging"."stg_currency_rates" as target
    on target.currency = coalesce(ranked.reporting_currency, ranked.currency)
    and ((target.known_date <= ranked.as_of_date) and ranked.as_of_date < coalesce(target.superseded_date, date '9999-12-31'))
  where ranked.position = 1
),

converted as (
  select
    ranked.account_key,
    ranked.as_of_date,
    ranked.seats,
    ranked.mrr,
    ranked.mrr * case
    when ranked.currency is null or ranked.currency = main.billing_currency then 1
    else ranked.rate / main.billing_rate
  end as converted_mrr
  from ranked
  inner join main
    on main.account_key = ranked.account_key
    and main.as_of_date = ranked.as_of_date
  where ranked.is_running = ranked.has_running
),

-- Without a rate the sum is unknown: revenue is never added across currencies.
billed as (
  select
    account_key,
    as_of_date,
    count(*) as running_count,
    sum(seats) as seats,
    case
      when count(mrr) > count(converted_mrr) then null
      when count(*) = 1 then max(converted_mrr)
      else round(sum(converted_mrr), 6)
    end as mrr
  from converted
  group by 1, 2
),

-- Revenue lost within 84 days: by changes to a lower price, and by products that ended while others run on.
lost as (
  select
    main.account_key,
    main.as_of_date,
    main.billing_currency,
    main.billing_rate,
    steps.currency,
    rates.rate,
    case
      when steps.is_change
        and (steps.known_date <= main.as_of_date)
        and steps.known_date > main.as_of_date - 84
        then greatest(steps.previous_mrr - steps.mrr, 0)
    end as by_change,
    case
      when ((steps.known_date <= main.as_of_date) and main.as_of_date < coalesce(steps.superseded_date, date '9999-12-31'))
        and (steps.ended_known_date <= main.as_of_date)
        and steps.ended_known_date > main.as_of_date - 84
        and (steps.next_known_date is null or not (steps.next_known_date <= main.as_of_date))
        then steps.mrr
    end as by_end
  from main
  inner join "intermediate"."int_subscription_steps" as steps
    on steps.account_key = main.account_key
    and (steps.known_date <= main.as_of_date)
  left join "staging"."stg_currency_rates" as rates
    on rates.currency = steps.currency
    and ((rates.known_date <= main.as_of_date) and main.as_of_date < coalesce(rates.superseded_date, date '9999-12-31'))
),

contracted as (
  select
    account_key,
    as_of_date,
    round(sum((coalesce(by_change, 0) + coalesce(by_end, 0)) * case
    when lost.currency is null or lost.currency = lost.billing_currency then 1
    else lost.rate / lost.billing_rate
  end), 6) as lost_mrr
  from lost
  where by_change > 0
    or by_end > 0
  group by 1, 2
),

overdue as (
  select
    main.account_key,
    main.as_of_date,
    max(activity.activity_date) as last_active_date
  from main
  left join "intermediate"."int_active_days" as activity
    on activity.account_key = main.account_key
    and activity.activity_date > main.renews_date
    and (activity.activity_date < main.as_of_date)
    and (activity.known_date <= main.as_of_date)
  where main.is_running = 1
    and (main.renews_date < main.as_of_date)
    and main.renews_date + 28 >= main.as_of_date
  group by 1, 2
),

-- The next renewal. One that passed in silence stays, as overdue. The date on the contract counts where it stood there at
-- the time, or is the next one by whole terms; a later one has moved since.
renewing as (
  select
    main.*,
    case
      when main.is_running = 0 then null
      when overdue.account_key is not null and overdue.last_active_date is null then main.renews_date
      when not (main.renews_date < main.as_of_date)
        and (main.is_dated or main.renews_date < cast(main.as_of_date + to_months(cast(main.term_months as integer)) as date))
        then main.renews_date
      when main.term_months is not null
        then case
    when cast(floor(((extract(year from main.as_of_date) - extract(year from main.started_date)) * 12 + extract(month from main.as_of_date) - extract(month from main.started_date)) / main.term_months) as integer) >= 1 and cast(main.started_date + to_months(cast(cast(floor(((extract(year from main.as_of_date) - extract(year from main.started_date)) * 12 + extract(month from main.as_of_date) - extract(month from main.started_date)) / main.term_months) as integer) * main.term_months as integer)) as date) >= main.as_of_date
      then cast(main.started_date + to_months(cast(cast(floor(((extract(year from main.as_of_date) - extract(year from main.started_date)) * 12 + extract(month from main.as_of_date) - extract(month from main.started_date)) / main.term_months) as integer) * main.term_months as integer)) as date)
    else cast(main.started_date + to_months(cast((cast(floor(((extract(year from main.as_of_date) - extract(year from main.started_date)) * 12 + extract(month from main.as_of_date) - extract(month from main.started_date)) / main.term_months) as integer) + 1) * main.term_months as integer)) as date)
  end
    end as renewal_date
  from main
  left join overdue
    on overdue.account_key = main.account_key
    and overdue.as_of_date = main.as_of_date
)

select
  renewing.account_key,
  renewing.as_of_date,
  renewing.plan,
  renewing.billing_currency,
  cast(billed.seats as bigint) as seats,
  cast(billed.mrr as double) as mrr,
  case when billed.seats > 0 then cast(billed.mrr as double) / billed.seats end as mrr_per_seat,
  cast(renewing.as_of_date - renewing.started_date as bigint) as days_since_subscription_start,
  cast(renewing.renewal_date - renewing.as_of_date as bigint) as days_to_renewal,
  cast(case when renewing.is_running = 1 then renewing.term_months end as bigint) as term_months,
  cast(renewing.subscription_count as bigint) as subscription_count,
  cast(billed.running_count * renewing.has_running as bigint) as running_subscription_count,
  cast(renewing.seats - renewing.previous_seats as bigint) as seats_change,
  cast((renewing.mrr - renewing.previous_mrr) * case
    when renewing.currency is null or renewing.currency = renewing.billing_currency then 1
    else renewing.rate / renewing.billing_rate
  end as double) as mrr_change,
  cast(coalesce(contracted.lost_mrr, 0) as double) as mrr_contraction_84d,
  cast(
    coalesce(
      renewing.renewal_date,
      case when not (renewing.renews_date < renewing.as_of_date) then renewing.renews_date end
    ) as timestamp
  ) as renews_at
from renewing
inner join billed
  on billed.account_key = renewing.account_key
  and billed.as_of_date = renewing.as_of_date
left join contracted
  on contracted.account_key = renewing.account_key
  and contracted.as_of_date = renewing.as_of_date
