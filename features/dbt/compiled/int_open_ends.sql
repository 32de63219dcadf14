-- A version runs until it is cancelled or its renewal date passes, and again once somebody works after that date.
with spans as (
  select
    account_key,
    greatest(known_date, started_date + 1) as covers_from,
    least(
      coalesce(superseded_date, date '9999-12-31'), coalesce(churned_date, date '9999-12-31'), coalesce(passed_date, date '9999-12-31')
    ) as covers_to
  from "intermediate"."int_subscription_versions"
  where account_key is not null
  union all
  select
    account_key,
    greatest(known_date, started_date + 1, went_on_known_date) as covers_from,
    least(coalesce(superseded_date, date '9999-12-31'), coalesce(churned_date, date '9999-12-31')) as covers_to
  from "intermediate"."int_subscription_versions"
  where account_key is not null
    and went_on_known_date is not null
),

running as (
  select
    account_key,
    min(covers_from) as started_date,
    max(covers_to) as ended_date
  from (
    select
      *,
      sum(begins) over (
        partition by account_key order by covers_from, covers_to rows between unbounded preceding and current row
      ) as stretch_number
    from (
      select
        *,
        case
          when covers_from <= max(covers_to) over (
            partition by account_key order by covers_from, covers_to rows between unbounded preceding and 1 preceding
          ) then 0
          else 1
        end as begins
      from spans
      where covers_from < covers_to
    ) as marked
  ) as numbered
  group by account_key, stretch_number
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
    least(coalesce(min(churns.churned_date), date '9999-12-31'), coalesce(followed.next_started_date, date '9999-12-31')) as decided_date
  from followed
  left join "intermediate"."int_churn_dates" as churns
    on churns.account_key = followed.account_key
    and churns.churn_definition = 'contractual'
    and churns.churned_date >= followed.ended_date
  where followed.ended_date < date '9999-12-31'
  group by followed.account_key, followed.ended_date, followed.next_started_date
)

select *
from decided
where open_from < decided_date
