with users as (
  select distinct user_id
  from "staging"."stg_platform_events"
  where user_id is not null
)

select
  user_id,
  cast(row_number() over (order by user_id) as integer) as user_key
from users
