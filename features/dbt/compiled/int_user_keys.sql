with users as (
  select distinct tenant_id, user_id
  from "intermediate"."int_user_daily_activity"
  where user_id is not null
)

select
  tenant_id,
  user_id,
  cast(row_number() over (order by tenant_id, user_id) as integer) as user_key
from users
