with everyone as (
  select tenant_id, account_id from {{ ref('stg_accounts') }}
  union
  -- As they landed: an event that came twice names nobody else, and all of them are read.
  select tenant_id, account_id
  from (
    {{ kept_rows('platform_events') }}
  ) as events
)

select
  tenant_id,
  account_id,
  {{ key_of(['tenant_id', 'account_id']) }} as account_key
from everyone
