select
  coalesce(features.tenant_id, labels.tenant_id) as tenant_id,
  coalesce(features.account_id, labels.account_id) as account_id,
  coalesce(features.as_of_date, labels.as_of_date) as as_of_date
from {{ ref('account_features') }} as features
full outer join {{ ref('account_churn_labels') }} as labels
  on labels.tenant_id = features.tenant_id
  and labels.account_id = features.account_id
  and labels.as_of_date = features.as_of_date
where features.tenant_id is null
  or labels.tenant_id is null
