with dated as (
  select
    *,
    {{ longest_term_months('started_date', 'renews_date') }} as longest_term_months
  from {{ ref('stg_subscriptions') }}
),

numbered as (
  select
    *,
    -- Contracts of one plan renew alike, so what all of them have in common tells nothing of any one's future.
    {{ plan_term_months('longest_term_months', 'partition by tenant_id, plan') }} as term_months,
    row_number() over (partition by tenant_id, account_id order by started_at, plan, mrr, seats) as subscription_number,
    lag(seats) over (partition by tenant_id, account_id order by started_at, plan, mrr, seats) as previous_seats,
    lag(mrr) over (partition by tenant_id, account_id order by started_at, plan, mrr, seats) as previous_mrr,
    lead(started_date) over (partition by tenant_id, account_id order by started_at, plan, mrr, seats) as next_started_date
  from dated
),

-- Renewal dates that have passed without being moved, and without a cancellation.
overdue as (
  select
    numbered.tenant_id,
    numbered.account_id,
    numbered.subscription_number,
    numbered.renews_date
  from numbered
  inner join {{ ref('tenant_profiles') }} as tenants on tenants.tenant_id = numbered.tenant_id
  where numbered.cancelled_date is null
    and {{ known_before('tenants.data_through', 'numbered.renews_date') }}
),

-- Somebody still worked after that: the feed does not move renewal dates and the contract went on.
renewed as (
  select distinct
    overdue.tenant_id,
    overdue.account_id,
    overdue.subscription_number
  from overdue
  inner join {{ ref('int_account_keys') }} as accounts
    on accounts.tenant_id = overdue.tenant_id
    and accounts.account_id = overdue.account_id
  inner join {{ ref('int_active_days') }} as activity
    on activity.account_key = accounts.account_key
    and activity.activity_date > overdue.renews_date
    and activity.activity_date < overdue.renews_date + {{ var('lapse_silence_days') }}
)

select
  numbered.tenant_id,
  numbered.account_id,
  cast(numbered.subscription_number as integer) as subscription_number,
  numbered.plan,
  numbered.currency,
  numbered.seats,
  numbered.mrr,
  numbered.previous_seats,
  numbered.previous_mrr,
  numbered.started_date,
  numbered.renews_at,
  numbered.term_months,
  case
    when numbered.cancelled_date is not null then numbered.cancelled_date
    when overdue.subscription_number is null then null
    when numbered.next_started_date <= numbered.renews_date + {{ var('lapse_silence_days') }}
      then greatest(numbered.renews_date, numbered.next_started_date)
    when renewed.subscription_number is null then numbered.renews_date
  end as ended_date
from numbered
left join overdue
  on overdue.tenant_id = numbered.tenant_id
  and overdue.account_id = numbered.account_id
  and overdue.subscription_number = numbered.subscription_number
left join renewed
  on renewed.tenant_id = numbered.tenant_id
  and renewed.account_id = numbered.account_id
  and renewed.subscription_number = numbered.subscription_number
