{%- set told = ['theme', 'theme_label', 'feature', 'label', 'value', 'typical', 'before', 'contribution', 'direction', 'is_unusual', 'sentence', 'play'] -%}
with current_scores as (
  {{ current_scores() }}
),

-- What raises the risk is a reason; for an account at little risk, the strongest of all is.
score_drivers as (
  select
    *,
    row_number() over (
      partition by tenant_id, account_id
      order by case when contribution > 0 then 0 else 1 end, position
    ) as reason_rank
  from {{ ref('current_risk_drivers') }}
  where explains = 'score'
),

change_drivers as (
  select *
  from {{ ref('current_risk_drivers') }}
  where explains = 'change'
),

told_scores as (
  select
    tenant_id,
    account_id,
    max(case when reason_rank = 1 then sentence end) as top_reason,
    max(case when reason_rank = 1 then play end) as top_play,
    {{ json_list_of('score_drivers', told, 'position') }} as drivers
  from score_drivers
  group by tenant_id, account_id
),

told_changes as (
  select
    tenant_id,
    account_id,
    {{ json_list_of('change_drivers', told, 'position') }} as drivers
  from change_drivers
  group by tenant_id, account_id
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
  scores.churn_probability_90d_low,
  scores.churn_probability_90d_high,
  scores.risk_band,
  -- A row keeps the rank that it had when it was made; others of the list may have got a revision since.
  row_number() over (
    partition by scores.tenant_id
    order by scores.churn_probability_90d desc, coalesce(scores.mrr_at_risk, 0) desc, scores.account_id
  ) as risk_rank,
  told_scores.top_reason,
  told_scores.top_play,
  coalesce(told_scores.drivers, {{ empty_json_list() }}) as drivers,
  scores.previous_probability_90d,
  coalesce(told_changes.drivers, {{ empty_json_list() }}) as change_drivers,
  scores.mrr,
  scores.currency,
  scores.mrr_at_risk,
  scores.renews_at,
  scores.revision,
  scores.scored_at
from current_scores as scores
left join told_scores
  on told_scores.tenant_id = scores.tenant_id
  and told_scores.account_id = scores.account_id
left join told_changes
  on told_changes.tenant_id = scores.tenant_id
  and told_changes.account_id = scores.account_id
left join {{ ref('account_profiles') }} as profiles
  on profiles.tenant_id = scores.tenant_id
  and profiles.account_id = scores.account_id
