with findings as (
  select tenant_id, cast(null as varchar) as reason, finding, subject, row_count, total_count, quantity, first_date, last_date
  from {{ ref('int_event_findings') }}
  union all
  select tenant_id, cast(null as varchar) as reason, finding, subject, row_count, total_count, quantity, first_date, last_date
  from {{ ref('int_arrival_findings') }}
  union all
  select tenant_id, reason, finding, subject, row_count, total_count, quantity, first_date, last_date
  from {{ ref('int_account_findings') }}
  union all
  select tenant_id, cast(null as varchar) as reason, finding, subject, row_count, total_count, quantity, first_date, last_date
  from {{ ref('int_billing_findings') }}
  {%- for findings in ['int_volume_findings', 'int_content_findings', 'int_version_findings'] %}
  union all
  select tenant_id, reason, finding, subject, row_count, total_count, quantity, first_date, last_date
  from {{ ref(findings) }}
  {%- endfor %}
),

measured as (
  select
    *,
    cast(row_count as double) / nullif(total_count, 0) as share
  from findings
),

-- A tenant's own threshold stands before that of all, and that before the default.
limited as (
  select
    measured.*,
    profiles.tenant_id is not null as has_accounts,
    case
      when own.finding is not null then own.warn_above
      when everyone.finding is not null then everyone.warn_above
      else standing.warn_above
    end as warn_above,
    case
      when own.finding is not null then own.refuse_above
      when everyone.finding is not null then everyone.refuse_above
      else standing.refuse_above
    end as refuse_above
  from measured
  left join {{ ref('tenant_profiles') }} as profiles on profiles.tenant_id = measured.tenant_id
  left join {{ ref('stg_build_thresholds') }} as own
    on own.finding = measured.finding
    and own.tenant_id = measured.tenant_id
  left join {{ ref('stg_build_thresholds') }} as everyone
    on everyone.finding = measured.finding
    and everyone.tenant_id = '*'
  left join {{ ref('stg_build_thresholds') }} as standing
    on standing.finding = measured.finding
    and standing.tenant_id is null
)

select
  tenant_id,
  finding,
  reason,
  cast(
    case
      -- A tenant without accounts has nothing that could be wrong, such as one that a misspelt id made up.
      when share > refuse_above and has_accounts then 'refused'
      when share > warn_above then 'warned'
      else 'noted'
    end as varchar
  ) as severity,
  subject,
  row_count,
  total_count,
  share,
  quantity,
  first_date,
  last_date,
  cast(refuse_above as double) as refuse_above
from limited
