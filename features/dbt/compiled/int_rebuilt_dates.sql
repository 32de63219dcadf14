-- A row says nothing of the as-of dates before it is known, so those before a tenant's first change stay as they are.
with changes as (
  select tenant_id, known_date
  from "intermediate"."int_changes"
  where source <> 'operator_accounts'
  union all
  -- What a tenant did is what the operator's account did.
  select 'platform' as tenant_id, known_date
  from "intermediate"."int_changes"
  where source = 'platform_events'
),

first_changes as (
  select tenant_id, min(known_date) as changed_from
  from changes
  group by 1
),

built as (
  select tenant_id, known_date as as_of_date
  from (select source, tenant_id, activity_date, known_date, row_count, row_digest from "intermediate"."int_built_rows") as built
  where source = 'as_of_date'
),

dates as (
  select
    coalesce(wanted.tenant_id, built.tenant_id) as tenant_id,
    coalesce(wanted.as_of_date, built.as_of_date) as as_of_date,
    wanted.as_of_date is not null as is_wanted,
    built.as_of_date is not null as was_built
  from "intermediate"."int_as_of_dates" as wanted
  full outer join built
    on built.tenant_id = wanted.tenant_id
    and built.as_of_date = wanted.as_of_date
)

select
  dates.tenant_id,
  dates.as_of_date,
  dates.is_wanted,
  dates.was_built
from dates
left join first_changes as own on own.tenant_id = dates.tenant_id
left join first_changes as every_tenant on every_tenant.tenant_id = '*'
where not (dates.is_wanted and dates.was_built)
  or own.changed_from <= dates.as_of_date
  or every_tenant.changed_from <= dates.as_of_date
