with users as (
  select distinct user_id
  from {{ ref('stg_platform_events') }}
  where user_id is not null
)

select
  user_id,
  {{ key_of(['user_id']) }} as user_key
from users
