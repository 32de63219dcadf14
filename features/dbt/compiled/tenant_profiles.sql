select
  tenant_id,
  churn_definition,
  churn_definition_doubt,
  account_count,
  subscriber_count,
  eligible_days,
  silent_days,
  grace_days,
  reporting_currency,
  first_event_date,
  first_as_of_date,
  data_through
from "intermediate"."int_tenants"
