-- A version speaks for a subscription from the day it is known until the next one is.
with contract_spans as (
  select
    account_key,
    'contractual' as churn_definition,
    greatest(known_date, started_date + 1) as covers_from,
    least(coalesce(superseded_date, date '9999-12-31'), coalesce(churned_date, date '9999-12-31')) as covers_to
  from "intermediate"."int_subscription_versions"
  where account_key is not null
),

activity_spans as (
  select
    account_key,
    'inactivity' as churn_definition,
    covers_from,
    covers_to
  from "intermediate"."int_activity_spans"
),

spans as (
  select * from contract_spans
  union all
  select * from activity_spans
),

stretches as (
  select
    account_key, churn_definition,
    min(covers_from) as started_date,
    max(covers_to) as ended_date
  from (
    select
      *,
      sum(begins) over (
        partition by account_key, churn_definition order by covers_from, covers_to rows between unbounded preceding and current row
      ) as stretch_number
    from (
      select
        *,
        case
          when covers_from <= max(covers_to) over (
            partition by account_key, churn_definition order by covers_from, covers_to rows between unbounded preceding and 1 preceding
          ) then 0
          else 1
        end as begins
      from spans
      where covers_from < covers_to
    ) as marked
  ) as numbered
  group by account_key, churn_definition, stretch_number
)

select
  account_key,
  churn_definition,
  ended_date as churned_date
from stretches
where ended_date < date '9999-12-31'
