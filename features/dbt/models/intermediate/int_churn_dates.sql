select distinct
  ended.tenant_id,
  ended.account_id,
  ended.ended_date as churned_date
from {{ ref('int_subscription_periods') }} as ended
where ended.ended_date is not null
  and not exists (
    select 1
    from {{ ref('int_subscription_periods') }} as other
    where other.tenant_id = ended.tenant_id
      and other.account_id = ended.account_id
      and other.started_date <= ended.ended_date
      and (other.ended_date is null or other.ended_date > ended.ended_date)
  )
