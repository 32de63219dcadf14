{# The scores of each tenant's current run: of each account the latest revision, unless that withdraws the score. #}
{% macro current_scores() -%}
  select *
  from (
    select
      scores.*,
      current_runs.feature_set_hash,
      row_number() over (partition by scores.tenant_id, scores.account_id order by scores.revision desc) as recency
    from {{ source('scores', 'account_churn_scores') }} as scores
    inner join (
      {{ current_runs() }}
    ) as current_runs
      on current_runs.tenant_id = scores.tenant_id
      and current_runs.as_of_date = scores.as_of_date
      and current_runs.model_name = scores.model_name
      and current_runs.model_version = scores.model_version
  ) as revisions
  where recency = 1
    and not is_withdrawn
{%- endmacro %}
