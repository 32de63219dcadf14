-- A version speaks for a subscription from the day it is known until the next one is.
with contract_spans as (
  select
    account_key,
    'contractual' as churn_definition,
    greatest(known_date, started_date + 1) as covers_from,
    least(coalesce(superseded_date, {{ never() }}), coalesce(churned_date, {{ never() }})) as covers_to
  from {{ ref('int_subscription_versions') }}
  where account_key is not null
),

activity_spans as (
  select
    account_key,
    'inactivity' as churn_definition,
    covers_from,
    covers_to
  from {{ ref('int_activity_spans') }}
),

spans as (
  select * from contract_spans
  union all
  select * from activity_spans
),

stretches as (
  {{ unbroken_stretches(['account_key', 'churn_definition']) }}
)

select
  account_key,
  churn_definition,
  ended_date as churned_date
from stretches
where ended_date < {{ never() }}
