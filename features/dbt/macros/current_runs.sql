{# The run that speaks for a tenant: its latest as-of date, and of several runs for that date the last to finish. #}
{% macro current_runs() -%}
  select tenant_id, as_of_date, model_name, model_version, feature_set_hash
  from (
    select
      tenant_id,
      as_of_date,
      model_name,
      model_version,
      feature_set_hash,
      row_number() over (partition by tenant_id order by as_of_date desc, finished_at desc, run_id desc) as recency
    from {{ source('scores', 'score_runs') }}
    where status = 'succeeded'
      and model_alias = 'champion'
      and as_of_date is not null
  ) as ranked
  where recency = 1
{%- endmacro %}
