with everyone as (
  select tenant_id, account_id from {{ ref('stg_accounts') }}
  union
  select tenant_id, account_id from {{ ref('stg_platform_events') }}
)

select
  tenant_id,
  account_id,
  {{ key_of(['tenant_id', 'account_id']) }} as account_key
from everyone
