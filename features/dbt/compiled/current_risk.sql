with current_scores as (
  select *
  from (
    select
      scores.*,
      current_runs.feature_set_hash,
      row_number() over (partition by scores.tenant_id, scores.account_id order by scores.revision desc) as recency
    from "scores"."account_churn_scores" as scores
    inner join (
      select tenant_id, as_of_date, model_name, model_version, feature_set_hash
  from (
    select
      tenant_id,
      as_of_date,
      model_name,
      model_version,
      feature_set_hash,
      row_number() over (partition by tenant_id order by as_of_date desc, finished_at desc, run_id desc) as recency
    from "scores"."score_runs"
    where status = 'succeeded'
      and model_alias = 'champion'
      and as_of_date is not null
  ) as ranked
  where recency = 1
    ) as current_runs
      on current_runs.tenant_id = scores.tenant_id
      and current_runs.as_of_date = scores.as_of_date
      and current_runs.model_name = scores.model_name
      and current_runs.model_version = scores.model_version
  ) as revisions
  where recency = 1
    and not is_withdrawn
),

-- What raises the risk is a reason; for an account at little risk, the strongest of all is.
score_drivers as (
  select
    *,
    row_number() over (
      partition by tenant_id, account_id
      order by case when contribution > 0 then 0 else 1 end, position
    ) as reason_rank
  from "scores"."current_risk_drivers"
  where explains = 'score'
),

change_drivers as (
  select *
  from "scores"."current_risk_drivers"
  where explains = 'change'
),

told_scores as (
  select
    tenant_id,
    account_id,
    max(case when reason_rank = 1 then sentence end) as top_reason,
    max(case when reason_rank = 1 then play end) as top_play,
    to_json(list({'theme': score_drivers.theme, 'theme_label': score_drivers.theme_label, 'feature': score_drivers.feature, 'label': score_drivers.label, 'value': score_drivers.value, 'typical': score_drivers.typical, 'before': score_drivers.before, 'contribution': score_drivers.contribution, 'direction': score_drivers.direction, 'is_unusual': score_drivers.is_unusual, 'sentence': score_drivers.sentence, 'play': score_drivers.play} order by position)) as drivers
  from score_drivers
  group by tenant_id, account_id
),

told_changes as (
  select
    tenant_id,
    account_id,
    to_json(list({'theme': change_drivers.theme, 'theme_label': change_drivers.theme_label, 'feature': change_drivers.feature, 'label': change_drivers.label, 'value': change_drivers.value, 'typical': change_drivers.typical, 'before': change_drivers.before, 'contribution': change_drivers.contribution, 'direction': change_drivers.direction, 'is_unusual': change_drivers.is_unusual, 'sentence': change_drivers.sentence, 'play': change_drivers.play} order by position)) as drivers
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
  coalesce(told_scores.drivers, cast('[]' as json)) as drivers,
  scores.previous_probability_90d,
  coalesce(told_changes.drivers, cast('[]' as json)) as change_drivers,
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
left join "analytics"."account_profiles" as profiles
  on profiles.tenant_id = scores.tenant_id
  and profiles.account_id = scores.account_id
