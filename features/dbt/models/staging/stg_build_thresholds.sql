{#-
  The share above which a finding of the build report is a warning, and above which it refuses the build; null for never. A tenant's own row
  holds for it, else the row of tenant `*`, else the default of dbt_project.yml.
-#}
with source as (
  {{ landed_rows('build_thresholds') }}
)

select
  tenant_id,
  lower(trim(finding)) as finding,
  warn_above,
  refuse_above
from source
union all
select
  cast(null as varchar) as tenant_id,
  cast(finding as varchar) as finding,
  cast(warn_above as double) as warn_above,
  cast(refuse_above as double) as refuse_above
from (
  values
    {%- for finding, limit in var('build_thresholds').items() %}
    ('{{ finding }}', {{ limit.warn_above if limit.warn_above is not none else 'null' }}, {{ limit.refuse_above if limit.refuse_above is not none else 'null' }}){{ ',' if not loop.last }}
    {%- endfor %}
) as defaults(finding, warn_above, refuse_above)
