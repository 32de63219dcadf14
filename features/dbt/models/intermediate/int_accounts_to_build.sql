{{ config(materialized='view') }}

select eligible.*
from {{ ref('int_eligible_accounts') }} as eligible
inner join {{ ref('int_rebuilt_dates') }} as dates
  on dates.tenant_id = eligible.tenant_id
  and dates.as_of_date = eligible.as_of_date
