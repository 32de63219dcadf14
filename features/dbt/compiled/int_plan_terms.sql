-- Contracts of one plan renew alike, so what all of them have in common tells nothing of any one's future.
with dated as (
  select
    tenant_id,
    coalesce(plan, '') as plan,
    known_date,
    case
    when renews_date is null or cast(round(cast(renews_date - started_date as double) / 30.4375) as integer) < 1 then null
    when cast(round(cast(renews_date - started_date as double) / 30.4375) as integer) % 12 = 0 then 12
    when cast(round(cast(renews_date - started_date as double) / 30.4375) as integer) % 6 = 0 then 6
    when cast(round(cast(renews_date - started_date as double) / 30.4375) as integer) % 4 = 0 then 4
    when cast(round(cast(renews_date - started_date as double) / 30.4375) as integer) % 3 = 0 then 3
    when cast(round(cast(renews_date - started_date as double) / 30.4375) as integer) % 2 = 0 then 2
    else 1
  end as longest_term_months,
    row_number() over (
      partition by tenant_id, subscription_id, coalesce(plan, ''), renews_date is null order by known_date, renews_date
    ) as version_number
  from "staging"."stg_subscriptions"
),

learnt as (
  select
    tenant_id,
    plan,
    known_date,
    sum(case when version_number = 1 then 1 else 0 end) over (partition by tenant_id, plan order by known_date range between unbounded preceding and current row) as subscription_count,
    max(longest_term_months % 12) over (partition by tenant_id, plan order by known_date range between unbounded preceding and current row) as beyond_12,
    max(longest_term_months % 6) over (partition by tenant_id, plan order by known_date range between unbounded preceding and current row) as beyond_6,
    max(longest_term_months % 4) over (partition by tenant_id, plan order by known_date range between unbounded preceding and current row) as beyond_4,
    max(longest_term_months % 3) over (partition by tenant_id, plan order by known_date range between unbounded preceding and current row) as beyond_3,
    max(longest_term_months % 2) over (partition by tenant_id, plan order by known_date range between unbounded preceding and current row) as beyond_2

  from dated
  where longest_term_months is not null
),

terms as (
  select distinct
    tenant_id,
    plan,
    known_date,
    case
      when subscription_count < 5 then null
      when beyond_12 = 0 then 12
      when beyond_6 = 0 then 6
      when beyond_4 = 0 then 4
      when beyond_3 = 0 then 3
      when beyond_2 = 0 then 2
      else 1
    end as term_months
  from learnt
)

select
  tenant_id,
  plan,
  term_months,
  known_date,
  lead(known_date) over (partition by tenant_id, plan order by known_date) as superseded_date
from terms
