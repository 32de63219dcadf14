{%- set running = 'partition by tenant_id, plan order by known_date range between unbounded preceding and current row' -%}

-- Contracts of one plan renew alike, so what all of them have in common tells nothing of any one's future.
with dated as (
  select
    tenant_id,
    coalesce(plan, '') as plan,
    known_date,
    {{ longest_term_months('started_date', 'renews_date') }} as longest_term_months,
    row_number() over (
      partition by tenant_id, subscription_id, coalesce(plan, ''), renews_date is null order by known_date, renews_date
    ) as version_number
  from {{ ref('stg_subscriptions') }}
),

learnt as (
  select
    tenant_id,
    plan,
    known_date,
    sum(case when version_number = 1 then 1 else 0 end) over ({{ running }}) as subscription_count,
    {% for term in [12, 6, 4, 3, 2] -%}
    max(longest_term_months % {{ term }}) over ({{ running }}) as beyond_{{ term }}{{ ',' if not loop.last }}
    {% endfor %}
  from dated
  where longest_term_months is not null
),

terms as (
  select distinct
    tenant_id,
    plan,
    known_date,
    case
      when subscription_count < {{ var('subscriptions_to_tell_a_term') }} then null
      {% for term in [12, 6, 4, 3, 2] -%}
      when beyond_{{ term }} = 0 then {{ term }}
      {% endfor -%}
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
