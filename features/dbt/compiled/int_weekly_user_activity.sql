with dated as (
  select
    activity.account_key,
    activity.activity_kind,
    activity.user_key,
    weeks.week_end_date,
    min(greatest(activity.known_date, weeks.week_end_date)) as known_date
  from "intermediate"."int_recorded_activity" as activity
  inner join "intermediate"."int_account_keys" as accounts on accounts.account_key = activity.account_key
  inner join "intermediate"."int_tenant_weeks" as weeks
    on weeks.tenant_id = accounts.tenant_id
    and weeks.activity_date = activity.activity_date
  where activity.user_key is not null
  group by 1, 2, 3, 4
)

select account_key, activity_kind, user_key, week_end_date, known_date
from dated
union all
select account_key, 'any' as activity_kind, user_key, week_end_date, min(known_date) as known_date
from dated
group by 1, 2, 3, 4
