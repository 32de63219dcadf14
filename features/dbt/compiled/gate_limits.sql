-- What a platform and its tenants decided, else the default; read by the gates that look at features and scores.
select
  cast('*' as varchar) as tenant_id,
  standing.finding as gate,
  cast(case when everyone.finding is not null then everyone.warn_above else standing.warn_above end as double) as warn_above,
  cast(case when everyone.finding is not null then everyone.refuse_above else standing.refuse_above end as double) as refuse_above
from "staging"."stg_build_thresholds" as standing
left join "staging"."stg_build_thresholds" as everyone
  on everyone.finding = standing.finding
  and everyone.tenant_id = '*'
where standing.tenant_id is null
union all
select
  tenant_id,
  finding as gate,
  cast(warn_above as double) as warn_above,
  cast(refuse_above as double) as refuse_above
from "staging"."stg_build_thresholds"
where tenant_id <> '*'
