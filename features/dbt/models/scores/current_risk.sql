-- The run that speaks for a tenant: its latest as-of date, and of several runs for that date the last to finish.
with current_runs as (
  select
    tenant_id,
    as_of_date,
    model_name,
    model_version,
    row_number() over (partition by tenant_id order by as_of_date desc, finished_at desc, run_id desc) as recency
  from {{ source('scores', 'score_runs') }}
  where status = 'succeeded'
    and model_alias = 'champion'
    and as_of_date is not null
)

select
  scores.tenant_id,
  scores.account_id,
  profiles.name,
  profiles.segment,
  profiles.region,
  profiles.owner,
  scores.as_of_date,
  scores.model_name,
  scores.model_version,
  scores.churn_probability_30d,
  scores.churn_probability_60d,
  scores.churn_probability_90d,
  scores.risk_band,
  scores.risk_rank,
  scores.drivers,
  scores.previous_probability_90d,
  scores.change_drivers,
  scores.mrr,
  scores.mrr_at_risk,
  scores.renews_at,
  scores.scored_at
from {{ source('scores', 'account_churn_scores') }} as scores
inner join current_runs
  on current_runs.tenant_id = scores.tenant_id
  and current_runs.as_of_date = scores.as_of_date
  and current_runs.model_name = scores.model_name
  and current_runs.model_version = scores.model_version
  and current_runs.recency = 1
left join {{ ref('account_profiles') }} as profiles
  on profiles.tenant_id = scores.tenant_id
  and profiles.account_id = scores.account_id
