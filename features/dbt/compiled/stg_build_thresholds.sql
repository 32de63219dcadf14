with source as (
  select * from "raw"."build_thresholds"
)

select
  tenant_id,
  lower(trim(finding)) as finding,
  warn_above,
  refuse_above
from source
union all
select
  cast(null as varchar) as tenant_id,
  cast(finding as varchar) as finding,
  cast(warn_above as double) as warn_above,
  cast(refuse_above as double) as refuse_above
from (
  values
    ('unmapped_event_types', 0.1, 0.5),
    ('orphan_events', 0.01, 0.5),
    ('events_before_creation', 0.1, null),
    ('late_events', 0.05, null),
    ('arrival_hours', 0, null),
    ('late_accounts', 0.05, null),
    ('late_subscriptions', 0.05, null),
    ('late_tickets', 0.05, null),
    ('events_ahead_of_loading', 0.01, null),
    ('uncountable_quantities', 0, 0.5),
    ('events_alike', 0.01, null),
    ('never_scored', 0.2, null),
    ('missing_currency_rates', 0, null),
    ('revenue_jumps', 0, 0.01),
    ('ended_before_start', 0, 0.5),
    ('negative_amounts', 0, 0.5),
    ('definition_doubt', 0, null),
    ('outlying_first_events', 0, null),
    ('moved_accounts', 0, null),
    ('events_ended', 0, null)
) as defaults(finding, warn_above, refuse_above)
