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
    ('events_ended', 0, null),
    ('low_volume', 0.5, null),
    ('high_volume', 1.5, 9),
    ('missing_days', 0, 0.2),
    ('silent_tenant', 0, 0.2),
    ('stale_source', 0, null),
    ('doubled_events', 0.1, 0.3),
    ('missing_values', 0.2, 0.5),
    ('new_categories', 0.2, null),
    ('quantity_jumps', 0.2, 0.5),
    ('shifted_hours', 0, null),
    ('foreign_events', 0, 0.05),
    ('rekeyed_accounts', 0.3, 0.7),
    ('switched_currency', 0.1, 0.5),
    ('reopened_subscriptions', 0.1, 0.5),
    ('returned_accounts', 0.2, 0.5),
    ('lost_rows', 0, 0),
    ('missing_share', null, 0.8),
    ('row_count_held', null, 0.5),
    ('feature_drift', 0.5, null),
    ('score_drift', 0.5, null),
    ('moved_scores', 0.5, 0.9)
) as defaults(finding, warn_above, refuse_above)
