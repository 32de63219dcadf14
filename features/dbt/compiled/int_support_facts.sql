select
  eligible.account_key,
  eligible.as_of_date,
  cast(sum(case when tickets.opened_date >= eligible.as_of_date - 28 then 1 else 0 end) as bigint) as tickets_opened_28d,
  cast(sum(case when tickets.opened_date >= eligible.as_of_date - 84 then 1 else 0 end) as bigint) as tickets_opened_84d,
  cast(
    sum(case when tickets.closed_date is null or not (tickets.closed_date < eligible.as_of_date) then 1 else 0 end) as bigint
  ) as tickets_open,
  cast(
    sum(
      case
        when tickets.opened_date >= eligible.as_of_date - 84
          and tickets.severity in ('high', 'urgent', 'critical', 'blocker', 'sev1', 'p1', '1')
          then 1
        else 0
      end
    ) as bigint
  ) as tickets_high_severity_84d,
  -- The customer rates a ticket when it is closed; before that the rating is in the future.
  cast(
    sum(
      case
        when (tickets.closed_date < eligible.as_of_date) and tickets.closed_date >= eligible.as_of_date - 168
          then tickets.csat
      end
    ) as double
  ) / nullif(
    sum(
      case
        when (tickets.closed_date < eligible.as_of_date)
          and tickets.closed_date >= eligible.as_of_date - 168
          and tickets.csat is not null
          then 1
        else 0
      end
    ),
    0
  ) as mean_csat_168d,
  cast(eligible.as_of_date - max(tickets.opened_date) as bigint) as days_since_last_ticket
from "intermediate"."int_accounts_to_build" as eligible
inner join "staging"."stg_support_tickets" as tickets
  on tickets.tenant_id = eligible.tenant_id
  and tickets.account_id = eligible.account_id
  and ((tickets.known_date <= eligible.as_of_date) and eligible.as_of_date < coalesce(tickets.superseded_date, date '9999-12-31'))
  and (tickets.opened_date < eligible.as_of_date)
group by 1, 2
