with users as (
  select distinct user_id
  from "staging"."stg_platform_events"
  where user_id is not null
)

select
  user_id,
  md5_number_lower(user_id) as user_key
from users
