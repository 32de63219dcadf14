with accounts as (
  select tenant_id, account_id, min(known_date) as known_date
  from "staging"."stg_accounts"
  group by 1, 2
),

subscribers as (
  select tenant_id, account_id, min(known_date) as known_date
  from "staging"."stg_subscriptions"
  group by 1, 2
),

counted as (
  select
    as_of_dates.tenant_id,
    as_of_dates.as_of_date,
    count(*) as account_count,
    count(case when (subscribers.known_date <= as_of_dates.as_of_date) then 1 end) as subscriber_count
  from "intermediate"."int_rebuilt_dates" as as_of_dates
  inner join accounts
    on accounts.tenant_id = as_of_dates.tenant_id
    and (accounts.known_date <= as_of_dates.as_of_date)
  left join subscribers
    on subscribers.tenant_id = accounts.tenant_id
    and subscribers.account_id = accounts.account_id
  where as_of_dates.is_wanted
  group by 1, 2
)

select
  counted.tenant_id,
  counted.as_of_date,
  cast(
    case
      when settings.churn_definition is not null then settings.churn_definition
      when counted.subscriber_count = 0 then 'inactivity'
      when 2 * counted.subscriber_count >= counted.account_count then 'contractual'
      else 'both'
    end as varchar
  ) as churn_definition
from counted
left join "staging"."stg_tenant_settings" as settings on settings.tenant_id = counted.tenant_id
