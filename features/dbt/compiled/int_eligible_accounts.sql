with candidates as (
  select
    accounts.tenant_id,
    accounts.account_id,
    keys.account_key,
    definitions.as_of_date,
    accounts.created_date,
    definitions.churn_definition
  from "staging"."stg_accounts" as accounts
  inner join "intermediate"."int_account_keys" as keys
    on keys.tenant_id = accounts.tenant_id
    and keys.account_id = accounts.account_id
  inner join "intermediate"."int_tenant_definitions" as definitions on definitions.tenant_id = accounts.tenant_id
  inner join "intermediate"."int_rebuilt_dates" as dates
    on dates.tenant_id = definitions.tenant_id
    and dates.as_of_date = definitions.as_of_date
  where definitions.churn_definition <> 'none'
    and ((accounts.known_date <= definitions.as_of_date) and definitions.as_of_date < coalesce(accounts.superseded_date, date '9999-12-31'))
    and (accounts.created_date < definitions.as_of_date)
),

-- An end that is not certain at the as-of date leaves the subscription in force.
subscribed as (
  select
    candidates.account_key,
    candidates.as_of_date,
    cast(count(*) as integer) as subscription_count,
    max(
      case
        when versions.churned_date is null or not (versions.churned_date <= candidates.as_of_date) then 1
        else 0
      end
    ) as is_in_force
  from candidates
  inner join "intermediate"."int_subscription_versions" as versions
    on versions.account_key = candidates.account_key
    and ((versions.known_date <= candidates.as_of_date) and candidates.as_of_date < coalesce(versions.superseded_date, date '9999-12-31'))
    and (versions.started_date < candidates.as_of_date)
  group by 1, 2
),

recently_active as (
  select distinct
    candidates.account_key,
    candidates.as_of_date
  from candidates
  inner join "intermediate"."int_activity_spans" as spans
    on spans.account_key = candidates.account_key
    and (spans.covers_from <= candidates.as_of_date)
    and candidates.as_of_date < spans.eligible_to
  where candidates.churn_definition <> 'contractual'
),

defined as (
  select
    candidates.tenant_id,
    candidates.account_id,
    candidates.account_key,
    candidates.as_of_date,
    candidates.created_date,
    case
      when candidates.churn_definition <> 'both' then candidates.churn_definition
      when subscribed.account_key is not null then 'contractual'
      else 'inactivity'
    end as churn_definition,
    subscribed.subscription_count,
    subscribed.is_in_force,
    recently_active.account_key is not null as is_recently_active
  from candidates
  left join subscribed
    on subscribed.account_key = candidates.account_key
    and subscribed.as_of_date = candidates.as_of_date
  left join recently_active
    on recently_active.account_key = candidates.account_key
    and recently_active.as_of_date = candidates.as_of_date
)

select
  tenant_id,
  account_id,
  account_key,
  as_of_date,
  created_date,
  cast(churn_definition as varchar) as churn_definition,
  coalesce(subscription_count, 0) as subscription_count
from defined
where case
  when churn_definition = 'contractual' then coalesce(is_in_force, 0) = 1
  else is_recently_active and coalesce(is_in_force, 1) = 1
end
