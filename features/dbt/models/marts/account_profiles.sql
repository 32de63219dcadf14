select
  tenant_id,
  account_id,
  name,
  segment,
  region,
  owner,
  created_at
from {{ ref('stg_accounts') }}
where superseded_date is null
