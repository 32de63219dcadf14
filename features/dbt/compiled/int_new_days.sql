with scored as (
  select
    tenant_id,
    max(as_of_date) as as_of_date
  from "scores"."score_runs"
  where status = 'succeeded'
    and model_alias = 'champion'
  group by 1
),

watched as (
  select
    tenants.tenant_id,
    tenants.data_through - 1 as newest_date
  from "intermediate"."int_tenants" as tenants
  cross join "intermediate"."int_platform_clock" as platform_clock
  left join "staging"."stg_tenant_settings" as settings on settings.tenant_id = tenants.tenant_id
  left join "staging"."stg_tenant_settings" as every_tenant on every_tenant.tenant_id = '*'
  where tenants.data_through is not null
    and coalesce(settings.data_through >= coalesce(every_tenant.data_through, platform_clock.data_through), true)
)

select
  watched.tenant_id,
  cast(
    greatest(watched.newest_date - 6, least(watched.newest_date, coalesce(scored.as_of_date, watched.newest_date))) as date
  ) as first_new_date,
  cast(watched.newest_date as date) as newest_date,
  -- Eight times the same weekday before each new day.
  cast(watched.newest_date - 62 as date) as first_past_date
from watched
left join scored on scored.tenant_id = watched.tenant_id
