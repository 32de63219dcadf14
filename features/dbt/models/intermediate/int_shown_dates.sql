select tenant_id, data_through as as_of_date
from {{ ref('int_tenants') }}
where first_as_of_date <= data_through
union
-- Its scores are shown until those of the newest date are there.
select tenant_id, max(as_of_date) as as_of_date
from {{ source('scores', 'score_runs') }}
where status = 'succeeded'
  and as_of_date is not null
group by 1
