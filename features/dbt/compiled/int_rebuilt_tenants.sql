select
  dates.tenant_id,
  cast(count(distinct eligible.account_key) as bigint) as account_count
from "intermediate"."int_rebuilt_dates" as dates
left join "intermediate"."int_eligible_accounts" as eligible
  on eligible.tenant_id = dates.tenant_id
  and eligible.as_of_date = dates.as_of_date
where dates.is_wanted
  and dates.was_built
group by 1
