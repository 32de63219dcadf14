-- Without a transaction around the build, this is how dbt itself refuses one.
select *
from {{ ref('build_findings') }}
where severity = 'refused'
