with weeks_before as (
  select n from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12), (13), (14), (15), (16), (17), (18), (19), (20), (21), (22), (23)) as numbers(n)
)

select
  eligible.account_key,
  eligible.as_of_date,
  weeks_before.n as weeks_ago,
  eligible.as_of_date - 7 * weeks_before.n as week_end_date
from "intermediate"."int_accounts_to_build" as eligible
cross join weeks_before
