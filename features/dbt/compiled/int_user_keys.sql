with users as (
  select distinct user_id
  from "staging"."stg_platform_events"
  where user_id is not null
)

select
  user_id,
  hash(user_id) as user_key
from users
