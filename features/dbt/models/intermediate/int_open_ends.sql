-- A version runs until it is cancelled or its renewal date passes, and again once somebody works after that date.
with spans as (
  select
    account_key,
    greatest(known_date, started_date + 1) as covers_from,
    least(
      coalesce(superseded_date, {{ never() }}), coalesce(churned_date, {{ never() }}), coalesce(passed_date, {{ never() }})
    ) as covers_to
  from {{ ref('int_subscription_versions') }}
  where account_key is not null
  union all
  select
    account_key,
    greatest(known_date, started_date + 1, went_on_known_date) as covers_from,
    least(coalesce(superseded_date, {{ never() }}), coalesce(churned_date, {{ never() }})) as covers_to
  from {{ ref('int_subscription_versions') }}
  where account_key is not null
    and went_on_known_date is not null
),

running as (
  {{ unbroken_stretches(['account_key']) }}
),

followed as (
  select
    account_key,
    ended_date,
    lead(started_date) over (partition by account_key order by started_date) as next_started_date
  from running
),

decided as (
  select
    followed.account_key,
    followed.ended_date as open_from,
    least(coalesce(min(churns.churned_date), {{ never() }}), coalesce(followed.next_started_date, {{ never() }})) as decided_date
  from followed
  left join {{ ref('int_churn_dates') }} as churns
    on churns.account_key = followed.account_key
    and churns.churn_definition = 'contractual'
    and churns.churned_date >= followed.ended_date
  where followed.ended_date < {{ never() }}
  group by followed.account_key, followed.ended_date, followed.next_started_date
)

select *
from decided
where open_from < decided_date
