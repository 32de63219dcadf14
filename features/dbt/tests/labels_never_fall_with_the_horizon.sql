select tenant_id, account_id, as_of_date
from {{ ref('account_churn_labels') }}
where (churned_30d and not churned_60d)
  or (churned_60d and not churned_90d)
  or (churned_30d is null and churned_60d is not null)
  or (churned_60d is null and churned_90d is not null)
  or (churned_90d is not null and as_of_date + 90 > data_through)
