-- depends_on: "intermediate"."int_rebuilt_dates"
-- Events, days and users of each kind.
with kind_activity as (
  select
    kinds.*,
    coalesce(users.active_users_7d, 0) as active_users_7d,
    coalesce(users.active_users_14d, 0) as active_users_14d,
    coalesce(users.active_users_28d, 0) as active_users_28d,
    coalesce(users.active_users_56d, 0) as active_users_56d,
    coalesce(users.active_users_84d, 0) as active_users_84d
  from "intermediate"."int_kind_activity" as kinds
  left join "intermediate"."int_user_activity" as users
    on users.account_key = kinds.account_key
    and users.as_of_date = kinds.as_of_date
    and users.activity_kind = kinds.activity_kind
),

-- What everybody in the tenant did: separates a quiet season from an account that goes quiet.
tenant_activity as (
  select
    eligible.tenant_id,
    eligible.as_of_date,
    median(coalesce(account.events_28d, 0)) as median_events_28d,
    cast(sum(coalesce(account.events_28d, 0)) as bigint) as events_28d,
    cast(sum(coalesce(account.previous_events_28d, 0)) as bigint) as previous_events_28d,
    count(*) as account_count
  from "intermediate"."int_accounts_to_build" as eligible
  left join "intermediate"."int_account_activity" as account
    on account.account_key = eligible.account_key
    and account.as_of_date = eligible.as_of_date
  group by 1, 2
),

tenant_kinds as (
  select
    eligible.tenant_id,
    eligible.as_of_date,
    cast(sum(case when activity.activity_kind = 'session' then activity.active_days_28d else 0 end) as bigint) as session_active_days_28d,
    cast(sum(case when activity.activity_kind = 'session' then activity.active_days_84d else 0 end) as bigint) as session_active_days_84d,
    cast(sum(case when activity.activity_kind = 'record' then activity.active_days_28d else 0 end) as bigint) as record_active_days_28d,
    cast(sum(case when activity.activity_kind = 'record' then activity.active_days_84d else 0 end) as bigint) as record_active_days_84d,
    cast(sum(case when activity.activity_kind = 'communicate' then activity.active_days_28d else 0 end) as bigint) as communicate_active_days_28d,
    cast(sum(case when activity.activity_kind = 'communicate' then activity.active_days_84d else 0 end) as bigint) as communicate_active_days_84d,
    cast(sum(case when activity.activity_kind = 'content' then activity.active_days_28d else 0 end) as bigint) as content_active_days_28d,
    cast(sum(case when activity.activity_kind = 'content' then activity.active_days_84d else 0 end) as bigint) as content_active_days_84d,
    cast(sum(case when activity.activity_kind = 'report' then activity.active_days_28d else 0 end) as bigint) as report_active_days_28d,
    cast(sum(case when activity.activity_kind = 'report' then activity.active_days_84d else 0 end) as bigint) as report_active_days_84d,
    cast(sum(case when activity.activity_kind = 'automate' then activity.active_days_28d else 0 end) as bigint) as automate_active_days_28d,
    cast(sum(case when activity.activity_kind = 'automate' then activity.active_days_84d else 0 end) as bigint) as automate_active_days_84d,
    cast(sum(case when activity.activity_kind = 'assess' then activity.active_days_28d else 0 end) as bigint) as assess_active_days_28d,
    cast(sum(case when activity.activity_kind = 'assess' then activity.active_days_84d else 0 end) as bigint) as assess_active_days_84d,
    cast(sum(case when activity.activity_kind = 'administer' then activity.active_days_28d else 0 end) as bigint) as administer_active_days_28d,
    cast(sum(case when activity.activity_kind = 'administer' then activity.active_days_84d else 0 end) as bigint) as administer_active_days_84d,
    cast(sum(case when activity.activity_kind = 'export' then activity.active_days_28d else 0 end) as bigint) as export_active_days_28d,
    cast(sum(case when activity.activity_kind = 'export' then activity.active_days_84d else 0 end) as bigint) as export_active_days_84d,
    cast(sum(case when activity.activity_kind = 'offboard' then activity.active_days_28d else 0 end) as bigint) as offboard_active_days_28d,
    cast(sum(case when activity.activity_kind = 'offboard' then activity.active_days_84d else 0 end) as bigint) as offboard_active_days_84d,
    cast(sum(case when activity.activity_kind = 'disconnect' then activity.active_days_28d else 0 end) as bigint) as disconnect_active_days_28d,
    cast(sum(case when activity.activity_kind = 'disconnect' then activity.active_days_84d else 0 end) as bigint) as disconnect_active_days_84d,
    cast(sum(case when activity.activity_kind = 'other' then activity.active_days_28d else 0 end) as bigint) as other_active_days_28d,
    cast(sum(case when activity.activity_kind = 'other' then activity.active_days_84d else 0 end) as bigint) as other_active_days_84d
  from "intermediate"."int_accounts_to_build" as eligible
  left join "intermediate"."int_kind_activity" as activity
    on activity.account_key = eligible.account_key
    and activity.as_of_date = eligible.as_of_date
  group by 1, 2
)

select
  eligible.tenant_id,
  eligible.account_id,
  eligible.as_of_date,
  subscriptions.mrr,
  subscriptions.renews_at,
  accounts.segment,
  accounts.region,
  cast(eligible.as_of_date - eligible.created_date as bigint) as account_age_days,
  subscriptions.plan,
  subscriptions.billing_currency,
  subscriptions.seats,
  subscriptions.mrr as subscription_mrr,
  subscriptions.mrr_per_seat,
  subscriptions.days_since_subscription_start,
  subscriptions.days_to_renewal,
  subscriptions.term_months,
  coalesce(subscriptions.subscription_count, 0) as subscription_count,
  coalesce(subscriptions.running_subscription_count, 0) as running_subscription_count,
  subscriptions.seats_change,
  subscriptions.mrr_change,
  subscriptions.mrr_contraction_84d,
  coalesce(account.events_7d, 0) as events_7d,
  coalesce(account.active_days_7d, 0) as active_days_7d,
  coalesce(users.active_users_7d, 0) as active_users_7d,
  case when account.events_7d + account.previous_events_7d > 0 then (cast(account.events_7d as double) + 1) / (cast(account.previous_events_7d as double) + 1) end as events_ratio_7d,
  cast(
    case when session_activity.events_7d > 0 then 1 else 0 end
    + case when record_activity.events_7d > 0 then 1 else 0 end
    + case when communicate_activity.events_7d > 0 then 1 else 0 end
    + case when content_activity.events_7d > 0 then 1 else 0 end
    + case when report_activity.events_7d > 0 then 1 else 0 end
    + case when automate_activity.events_7d > 0 then 1 else 0 end
    + case when assess_activity.events_7d > 0 then 1 else 0 end
    + case when administer_activity.events_7d > 0 then 1 else 0 end
    + case when other_activity.events_7d > 0 then 1 else 0 end as bigint
  ) as kinds_used_7d,
  coalesce(account.events_14d, 0) as events_14d,
  coalesce(account.active_days_14d, 0) as active_days_14d,
  coalesce(users.active_users_14d, 0) as active_users_14d,
  case when account.events_14d + account.previous_events_14d > 0 then (cast(account.events_14d as double) + 1) / (cast(account.previous_events_14d as double) + 1) end as events_ratio_14d,
  cast(
    case when session_activity.events_14d > 0 then 1 else 0 end
    + case when record_activity.events_14d > 0 then 1 else 0 end
    + case when communicate_activity.events_14d > 0 then 1 else 0 end
    + case when content_activity.events_14d > 0 then 1 else 0 end
    + case when report_activity.events_14d > 0 then 1 else 0 end
    + case when automate_activity.events_14d > 0 then 1 else 0 end
    + case when assess_activity.events_14d > 0 then 1 else 0 end
    + case when administer_activity.events_14d > 0 then 1 else 0 end
    + case when other_activity.events_14d > 0 then 1 else 0 end as bigint
  ) as kinds_used_14d,
  coalesce(account.events_28d, 0) as events_28d,
  coalesce(account.active_days_28d, 0) as active_days_28d,
  coalesce(users.active_users_28d, 0) as active_users_28d,
  case when account.events_28d + account.previous_events_28d > 0 then (cast(account.events_28d as double) + 1) / (cast(account.previous_events_28d as double) + 1) end as events_ratio_28d,
  cast(
    case when session_activity.events_28d > 0 then 1 else 0 end
    + case when record_activity.events_28d > 0 then 1 else 0 end
    + case when communicate_activity.events_28d > 0 then 1 else 0 end
    + case when content_activity.events_28d > 0 then 1 else 0 end
    + case when report_activity.events_28d > 0 then 1 else 0 end
    + case when automate_activity.events_28d > 0 then 1 else 0 end
    + case when assess_activity.events_28d > 0 then 1 else 0 end
    + case when administer_activity.events_28d > 0 then 1 else 0 end
    + case when other_activity.events_28d > 0 then 1 else 0 end as bigint
  ) as kinds_used_28d,
  coalesce(account.events_56d, 0) as events_56d,
  coalesce(account.active_days_56d, 0) as active_days_56d,
  coalesce(users.active_users_56d, 0) as active_users_56d,
  case when account.events_56d + account.previous_events_56d > 0 then (cast(account.events_56d as double) + 1) / (cast(account.previous_events_56d as double) + 1) end as events_ratio_56d,
  cast(
    case when session_activity.events_56d > 0 then 1 else 0 end
    + case when record_activity.events_56d > 0 then 1 else 0 end
    + case when communicate_activity.events_56d > 0 then 1 else 0 end
    + case when content_activity.events_56d > 0 then 1 else 0 end
    + case when report_activity.events_56d > 0 then 1 else 0 end
    + case when automate_activity.events_56d > 0 then 1 else 0 end
    + case when assess_activity.events_56d > 0 then 1 else 0 end
    + case when administer_activity.events_56d > 0 then 1 else 0 end
    + case when other_activity.events_56d > 0 then 1 else 0 end as bigint
  ) as kinds_used_56d,
  coalesce(account.events_84d, 0) as events_84d,
  coalesce(account.active_days_84d, 0) as active_days_84d,
  coalesce(users.active_users_84d, 0) as active_users_84d,
  case when account.events_84d + account.previous_events_84d > 0 then (cast(account.events_84d as double) + 1) / (cast(account.previous_events_84d as double) + 1) end as events_ratio_84d,
  cast(
    case when session_activity.events_84d > 0 then 1 else 0 end
    + case when record_activity.events_84d > 0 then 1 else 0 end
    + case when communicate_activity.events_84d > 0 then 1 else 0 end
    + case when content_activity.events_84d > 0 then 1 else 0 end
    + case when report_activity.events_84d > 0 then 1 else 0 end
    + case when automate_activity.events_84d > 0 then 1 else 0 end
    + case when assess_activity.events_84d > 0 then 1 else 0 end
    + case when administer_activity.events_84d > 0 then 1 else 0 end
    + case when other_activity.events_84d > 0 then 1 else 0 end as bigint
  ) as kinds_used_84d,
  coalesce(account.quantity_7d, 0) as quantity_7d,
  coalesce(account.quantity_28d, 0) as quantity_28d,
  coalesce(account.quantity_84d, 0) as quantity_84d,
  coalesce(eligible.as_of_date - account.last_active_date, 168) as days_since_last_event,
  coalesce(
    gaps.longest_gap_days_84d, least(84, eligible.as_of_date - eligible.created_date)
  ) as longest_gap_days_84d,
  case
    when account.active_days_84d > 1
      then cast(account.last_active_date - account.first_active_date_84d as double) / (account.active_days_84d - 1)
  end as mean_gap_days_84d,
  -- Least-squares slope over the twelve weeks: their centred positions are -5.5 … 5.5 with squares adding up to 143.
  round(
    (
      5.5 * ln(1 + coalesce(account.events_week_01, 0))
      + 4.5 * ln(1 + coalesce(account.events_week_02, 0))
      + 3.5 * ln(1 + coalesce(account.events_week_03, 0))
      + 2.5 * ln(1 + coalesce(account.events_week_04, 0))
      + 1.5 * ln(1 + coalesce(account.events_week_05, 0))
      + 0.5 * ln(1 + coalesce(account.events_week_06, 0))
      + -0.5 * ln(1 + coalesce(account.events_week_07, 0))
      + -1.5 * ln(1 + coalesce(account.events_week_08, 0))
      + -2.5 * ln(1 + coalesce(account.events_week_09, 0))
      + -3.5 * ln(1 + coalesce(account.events_week_10, 0))
      + -4.5 * ln(1 + coalesce(account.events_week_11, 0))
      + -5.5 * ln(1 + coalesce(account.events_week_12, 0))
    ) / 143,
    9
  ) as events_trend_84d,
  cast(coalesce(account.active_weeks_84d, 0) as double) / 12 as active_weeks_share_84d,
  cast(account.weekend_events_84d as double) / nullif(account.events_84d, 0) as weekend_share_84d,
  case
    when subscriptions.seats > 0
      then cast(coalesce(users.active_users_28d, 0) as double) / subscriptions.seats
  end as seat_utilisation_28d,
  case
    when subscriptions.seats > 0
      then
        cast(coalesce(users.active_users_28d - users.previous_active_users_28d, 0) as double) / subscriptions.seats
  end as seat_utilisation_change_28d,
  round(
    cast(1 + coalesce(account.events_28d, 0) as double) / (1 + tenant_activity.median_events_28d), 9
  ) as events_vs_tenant_median_28d,
  case when tenant_activity.events_28d + tenant_activity.previous_events_28d > 0 then (cast(tenant_activity.events_28d as double) + 1) / (cast(tenant_activity.previous_events_28d as double) + 1) end as tenant_events_ratio_28d,
  case when account.events_28d + account.previous_events_28d > 0 then (cast(account.events_28d as double) + 1) / (cast(account.previous_events_28d as double) + 1) end
  / case when tenant_activity.events_28d + tenant_activity.previous_events_28d > 0 then (cast(tenant_activity.events_28d as double) + 1) / (cast(tenant_activity.previous_events_28d as double) + 1) end as events_ratio_vs_tenant_28d,
  coalesce(account.events_week_01, 0) as events_week_01,
  coalesce(account.events_week_02, 0) as events_week_02,
  coalesce(account.events_week_03, 0) as events_week_03,
  coalesce(account.events_week_04, 0) as events_week_04,
  coalesce(account.events_week_05, 0) as events_week_05,
  coalesce(account.events_week_06, 0) as events_week_06,
  coalesce(account.events_week_07, 0) as events_week_07,
  coalesce(account.events_week_08, 0) as events_week_08,
  coalesce(account.events_week_09, 0) as events_week_09,
  coalesce(account.events_week_10, 0) as events_week_10,
  coalesce(account.events_week_11, 0) as events_week_11,
  coalesce(account.events_week_12, 0) as events_week_12,
  coalesce(support.tickets_opened_28d, 0) as tickets_opened_28d,
  coalesce(support.tickets_opened_84d, 0) as tickets_opened_84d,
  coalesce(support.tickets_open, 0) as tickets_open,
  coalesce(support.tickets_high_severity_84d, 0) as tickets_high_severity_84d,
  support.mean_csat_168d,
  least(coalesce(support.days_since_last_ticket, 168), 168) as days_since_last_ticket,
  coalesce(session_activity.events_7d, 0) as session_events_7d,
  coalesce(session_activity.active_days_7d, 0) as session_active_days_7d,
  coalesce(session_activity.active_users_7d, 0) as session_active_users_7d,
  coalesce(session_activity.events_14d, 0) as session_events_14d,
  coalesce(session_activity.active_days_14d, 0) as session_active_days_14d,
  coalesce(session_activity.active_users_14d, 0) as session_active_users_14d,
  coalesce(session_activity.events_28d, 0) as session_events_28d,
  coalesce(session_activity.active_days_28d, 0) as session_active_days_28d,
  coalesce(session_activity.active_users_28d, 0) as session_active_users_28d,
  coalesce(session_activity.events_56d, 0) as session_events_56d,
  coalesce(session_activity.active_days_56d, 0) as session_active_days_56d,
  coalesce(session_activity.active_users_56d, 0) as session_active_users_56d,
  coalesce(session_activity.events_84d, 0) as session_events_84d,
  coalesce(session_activity.active_days_84d, 0) as session_active_days_84d,
  coalesce(session_activity.active_users_84d, 0) as session_active_users_84d,
  round(
    (1 + coalesce(session_activity.active_days_28d, 0))
    / (1 + cast(tenant_kinds.session_active_days_28d as double) / tenant_activity.account_count),
    9
  ) as session_active_days_vs_tenant_28d,
  round(
    (1 + coalesce(session_activity.active_days_84d, 0))
    / (1 + cast(tenant_kinds.session_active_days_84d as double) / tenant_activity.account_count),
    9
  ) as session_active_days_vs_tenant_84d,
  case when session_activity.events_28d + session_activity.previous_events_28d > 0 then (cast(session_activity.events_28d as double) + 1) / (cast(session_activity.previous_events_28d as double) + 1) end as session_events_ratio_28d,
  coalesce(
    eligible.as_of_date - session_activity.last_active_date, 84
  ) as session_days_since_last_event,
  coalesce(record_activity.events_7d, 0) as record_events_7d,
  coalesce(record_activity.active_days_7d, 0) as record_active_days_7d,
  coalesce(record_activity.active_users_7d, 0) as record_active_users_7d,
  coalesce(record_activity.events_14d, 0) as record_events_14d,
  coalesce(record_activity.active_days_14d, 0) as record_active_days_14d,
  coalesce(record_activity.active_users_14d, 0) as record_active_users_14d,
  coalesce(record_activity.events_28d, 0) as record_events_28d,
  coalesce(record_activity.active_days_28d, 0) as record_active_days_28d,
  coalesce(record_activity.active_users_28d, 0) as record_active_users_28d,
  coalesce(record_activity.events_56d, 0) as record_events_56d,
  coalesce(record_activity.active_days_56d, 0) as record_active_days_56d,
  coalesce(record_activity.active_users_56d, 0) as record_active_users_56d,
  coalesce(record_activity.events_84d, 0) as record_events_84d,
  coalesce(record_activity.active_days_84d, 0) as record_active_days_84d,
  coalesce(record_activity.active_users_84d, 0) as record_active_users_84d,
  round(
    (1 + coalesce(record_activity.active_days_28d, 0))
    / (1 + cast(tenant_kinds.record_active_days_28d as double) / tenant_activity.account_count),
    9
  ) as record_active_days_vs_tenant_28d,
  round(
    (1 + coalesce(record_activity.active_days_84d, 0))
    / (1 + cast(tenant_kinds.record_active_days_84d as double) / tenant_activity.account_count),
    9
  ) as record_active_days_vs_tenant_84d,
  case when record_activity.events_28d + record_activity.previous_events_28d > 0 then (cast(record_activity.events_28d as double) + 1) / (cast(record_activity.previous_events_28d as double) + 1) end as record_events_ratio_28d,
  coalesce(
    eligible.as_of_date - record_activity.last_active_date, 84
  ) as record_days_since_last_event,
  coalesce(communicate_activity.events_7d, 0) as communicate_events_7d,
  coalesce(communicate_activity.active_days_7d, 0) as communicate_active_days_7d,
  coalesce(communicate_activity.active_users_7d, 0) as communicate_active_users_7d,
  coalesce(communicate_activity.events_14d, 0) as communicate_events_14d,
  coalesce(communicate_activity.active_days_14d, 0) as communicate_active_days_14d,
  coalesce(communicate_activity.active_users_14d, 0) as communicate_active_users_14d,
  coalesce(communicate_activity.events_28d, 0) as communicate_events_28d,
  coalesce(communicate_activity.active_days_28d, 0) as communicate_active_days_28d,
  coalesce(communicate_activity.active_users_28d, 0) as communicate_active_users_28d,
  coalesce(communicate_activity.events_56d, 0) as communicate_events_56d,
  coalesce(communicate_activity.active_days_56d, 0) as communicate_active_days_56d,
  coalesce(communicate_activity.active_users_56d, 0) as communicate_active_users_56d,
  coalesce(communicate_activity.events_84d, 0) as communicate_events_84d,
  coalesce(communicate_activity.active_days_84d, 0) as communicate_active_days_84d,
  coalesce(communicate_activity.active_users_84d, 0) as communicate_active_users_84d,
  round(
    (1 + coalesce(communicate_activity.active_days_28d, 0))
    / (1 + cast(tenant_kinds.communicate_active_days_28d as double) / tenant_activity.account_count),
    9
  ) as communicate_active_days_vs_tenant_28d,
  round(
    (1 + coalesce(communicate_activity.active_days_84d, 0))
    / (1 + cast(tenant_kinds.communicate_active_days_84d as double) / tenant_activity.account_count),
    9
  ) as communicate_active_days_vs_tenant_84d,
  case when communicate_activity.events_28d + communicate_activity.previous_events_28d > 0 then (cast(communicate_activity.events_28d as double) + 1) / (cast(communicate_activity.previous_events_28d as double) + 1) end as communicate_events_ratio_28d,
  coalesce(
    eligible.as_of_date - communicate_activity.last_active_date, 84
  ) as communicate_days_since_last_event,
  coalesce(content_activity.events_7d, 0) as content_events_7d,
  coalesce(content_activity.active_days_7d, 0) as content_active_days_7d,
  coalesce(content_activity.active_users_7d, 0) as content_active_users_7d,
  coalesce(content_activity.events_14d, 0) as content_events_14d,
  coalesce(content_activity.active_days_14d, 0) as content_active_days_14d,
  coalesce(content_activity.active_users_14d, 0) as content_active_users_14d,
  coalesce(content_activity.events_28d, 0) as content_events_28d,
  coalesce(content_activity.active_days_28d, 0) as content_active_days_28d,
  coalesce(content_activity.active_users_28d, 0) as content_active_users_28d,
  coalesce(content_activity.events_56d, 0) as content_events_56d,
  coalesce(content_activity.active_days_56d, 0) as content_active_days_56d,
  coalesce(content_activity.active_users_56d, 0) as content_active_users_56d,
  coalesce(content_activity.events_84d, 0) as content_events_84d,
  coalesce(content_activity.active_days_84d, 0) as content_active_days_84d,
  coalesce(content_activity.active_users_84d, 0) as content_active_users_84d,
  round(
    (1 + coalesce(content_activity.active_days_28d, 0))
    / (1 + cast(tenant_kinds.content_active_days_28d as double) / tenant_activity.account_count),
    9
  ) as content_active_days_vs_tenant_28d,
  round(
    (1 + coalesce(content_activity.active_days_84d, 0))
    / (1 + cast(tenant_kinds.content_active_days_84d as double) / tenant_activity.account_count),
    9
  ) as content_active_days_vs_tenant_84d,
  case when content_activity.events_28d + content_activity.previous_events_28d > 0 then (cast(content_activity.events_28d as double) + 1) / (cast(content_activity.previous_events_28d as double) + 1) end as content_events_ratio_28d,
  coalesce(
    eligible.as_of_date - content_activity.last_active_date, 84
  ) as content_days_since_last_event,
  coalesce(report_activity.events_7d, 0) as report_events_7d,
  coalesce(report_activity.active_days_7d, 0) as report_active_days_7d,
  coalesce(report_activity.active_users_7d, 0) as report_active_users_7d,
  coalesce(report_activity.events_14d, 0) as report_events_14d,
  coalesce(report_activity.active_days_14d, 0) as report_active_days_14d,
  coalesce(report_activity.active_users_14d, 0) as report_active_users_14d,
  coalesce(report_activity.events_28d, 0) as report_events_28d,
  coalesce(report_activity.active_days_28d, 0) as report_active_days_28d,
  coalesce(report_activity.active_users_28d, 0) as report_active_users_28d,
  coalesce(report_activity.events_56d, 0) as report_events_56d,
  coalesce(report_activity.active_days_56d, 0) as report_active_days_56d,
  coalesce(report_activity.active_users_56d, 0) as report_active_users_56d,
  coalesce(report_activity.events_84d, 0) as report_events_84d,
  coalesce(report_activity.active_days_84d, 0) as report_active_days_84d,
  coalesce(report_activity.active_users_84d, 0) as report_active_users_84d,
  round(
    (1 + coalesce(report_activity.active_days_28d, 0))
    / (1 + cast(tenant_kinds.report_active_days_28d as double) / tenant_activity.account_count),
    9
  ) as report_active_days_vs_tenant_28d,
  round(
    (1 + coalesce(report_activity.active_days_84d, 0))
    / (1 + cast(tenant_kinds.report_active_days_84d as double) / tenant_activity.account_count),
    9
  ) as report_active_days_vs_tenant_84d,
  case when report_activity.events_28d + report_activity.previous_events_28d > 0 then (cast(report_activity.events_28d as double) + 1) / (cast(report_activity.previous_events_28d as double) + 1) end as report_events_ratio_28d,
  coalesce(
    eligible.as_of_date - report_activity.last_active_date, 84
  ) as report_days_since_last_event,
  coalesce(automate_activity.events_7d, 0) as automate_events_7d,
  coalesce(automate_activity.active_days_7d, 0) as automate_active_days_7d,
  coalesce(automate_activity.active_users_7d, 0) as automate_active_users_7d,
  coalesce(automate_activity.events_14d, 0) as automate_events_14d,
  coalesce(automate_activity.active_days_14d, 0) as automate_active_days_14d,
  coalesce(automate_activity.active_users_14d, 0) as automate_active_users_14d,
  coalesce(automate_activity.events_28d, 0) as automate_events_28d,
  coalesce(automate_activity.active_days_28d, 0) as automate_active_days_28d,
  coalesce(automate_activity.active_users_28d, 0) as automate_active_users_28d,
  coalesce(automate_activity.events_56d, 0) as automate_events_56d,
  coalesce(automate_activity.active_days_56d, 0) as automate_active_days_56d,
  coalesce(automate_activity.active_users_56d, 0) as automate_active_users_56d,
  coalesce(automate_activity.events_84d, 0) as automate_events_84d,
  coalesce(automate_activity.active_days_84d, 0) as automate_active_days_84d,
  coalesce(automate_activity.active_users_84d, 0) as automate_active_users_84d,
  round(
    (1 + coalesce(automate_activity.active_days_28d, 0))
    / (1 + cast(tenant_kinds.automate_active_days_28d as double) / tenant_activity.account_count),
    9
  ) as automate_active_days_vs_tenant_28d,
  round(
    (1 + coalesce(automate_activity.active_days_84d, 0))
    / (1 + cast(tenant_kinds.automate_active_days_84d as double) / tenant_activity.account_count),
    9
  ) as automate_active_days_vs_tenant_84d,
  case when automate_activity.events_28d + automate_activity.previous_events_28d > 0 then (cast(automate_activity.events_28d as double) + 1) / (cast(automate_activity.previous_events_28d as double) + 1) end as automate_events_ratio_28d,
  coalesce(
    eligible.as_of_date - automate_activity.last_active_date, 84
  ) as automate_days_since_last_event,
  coalesce(assess_activity.events_7d, 0) as assess_events_7d,
  coalesce(assess_activity.active_days_7d, 0) as assess_active_days_7d,
  coalesce(assess_activity.active_users_7d, 0) as assess_active_users_7d,
  coalesce(assess_activity.events_14d, 0) as assess_events_14d,
  coalesce(assess_activity.active_days_14d, 0) as assess_active_days_14d,
  coalesce(assess_activity.active_users_14d, 0) as assess_active_users_14d,
  coalesce(assess_activity.events_28d, 0) as assess_events_28d,
  coalesce(assess_activity.active_days_28d, 0) as assess_active_days_28d,
  coalesce(assess_activity.active_users_28d, 0) as assess_active_users_28d,
  coalesce(assess_activity.events_56d, 0) as assess_events_56d,
  coalesce(assess_activity.active_days_56d, 0) as assess_active_days_56d,
  coalesce(assess_activity.active_users_56d, 0) as assess_active_users_56d,
  coalesce(assess_activity.events_84d, 0) as assess_events_84d,
  coalesce(assess_activity.active_days_84d, 0) as assess_active_days_84d,
  coalesce(assess_activity.active_users_84d, 0) as assess_active_users_84d,
  round(
    (1 + coalesce(assess_activity.active_days_28d, 0))
    / (1 + cast(tenant_kinds.assess_active_days_28d as double) / tenant_activity.account_count),
    9
  ) as assess_active_days_vs_tenant_28d,
  round(
    (1 + coalesce(assess_activity.active_days_84d, 0))
    / (1 + cast(tenant_kinds.assess_active_days_84d as double) / tenant_activity.account_count),
    9
  ) as assess_active_days_vs_tenant_84d,
  case when assess_activity.events_28d + assess_activity.previous_events_28d > 0 then (cast(assess_activity.events_28d as double) + 1) / (cast(assess_activity.previous_events_28d as double) + 1) end as assess_events_ratio_28d,
  coalesce(
    eligible.as_of_date - assess_activity.last_active_date, 84
  ) as assess_days_since_last_event,
  coalesce(administer_activity.events_7d, 0) as administer_events_7d,
  coalesce(administer_activity.active_days_7d, 0) as administer_active_days_7d,
  coalesce(administer_activity.active_users_7d, 0) as administer_active_users_7d,
  coalesce(administer_activity.events_14d, 0) as administer_events_14d,
  coalesce(administer_activity.active_days_14d, 0) as administer_active_days_14d,
  coalesce(administer_activity.active_users_14d, 0) as administer_active_users_14d,
  coalesce(administer_activity.events_28d, 0) as administer_events_28d,
  coalesce(administer_activity.active_days_28d, 0) as administer_active_days_28d,
  coalesce(administer_activity.active_users_28d, 0) as administer_active_users_28d,
  coalesce(administer_activity.events_56d, 0) as administer_events_56d,
  coalesce(administer_activity.active_days_56d, 0) as administer_active_days_56d,
  coalesce(administer_activity.active_users_56d, 0) as administer_active_users_56d,
  coalesce(administer_activity.events_84d, 0) as administer_events_84d,
  coalesce(administer_activity.active_days_84d, 0) as administer_active_days_84d,
  coalesce(administer_activity.active_users_84d, 0) as administer_active_users_84d,
  round(
    (1 + coalesce(administer_activity.active_days_28d, 0))
    / (1 + cast(tenant_kinds.administer_active_days_28d as double) / tenant_activity.account_count),
    9
  ) as administer_active_days_vs_tenant_28d,
  round(
    (1 + coalesce(administer_activity.active_days_84d, 0))
    / (1 + cast(tenant_kinds.administer_active_days_84d as double) / tenant_activity.account_count),
    9
  ) as administer_active_days_vs_tenant_84d,
  case when administer_activity.events_28d + administer_activity.previous_events_28d > 0 then (cast(administer_activity.events_28d as double) + 1) / (cast(administer_activity.previous_events_28d as double) + 1) end as administer_events_ratio_28d,
  coalesce(
    eligible.as_of_date - administer_activity.last_active_date, 84
  ) as administer_days_since_last_event,
  coalesce(export_activity.events_7d, 0) as export_events_7d,
  coalesce(export_activity.active_days_7d, 0) as export_active_days_7d,
  coalesce(export_activity.active_users_7d, 0) as export_active_users_7d,
  coalesce(export_activity.events_14d, 0) as export_events_14d,
  coalesce(export_activity.active_days_14d, 0) as export_active_days_14d,
  coalesce(export_activity.active_users_14d, 0) as export_active_users_14d,
  coalesce(export_activity.events_28d, 0) as export_events_28d,
  coalesce(export_activity.active_days_28d, 0) as export_active_days_28d,
  coalesce(export_activity.active_users_28d, 0) as export_active_users_28d,
  coalesce(export_activity.events_56d, 0) as export_events_56d,
  coalesce(export_activity.active_days_56d, 0) as export_active_days_56d,
  coalesce(export_activity.active_users_56d, 0) as export_active_users_56d,
  coalesce(export_activity.events_84d, 0) as export_events_84d,
  coalesce(export_activity.active_days_84d, 0) as export_active_days_84d,
  coalesce(export_activity.active_users_84d, 0) as export_active_users_84d,
  round(
    (1 + coalesce(export_activity.active_days_28d, 0))
    / (1 + cast(tenant_kinds.export_active_days_28d as double) / tenant_activity.account_count),
    9
  ) as export_active_days_vs_tenant_28d,
  round(
    (1 + coalesce(export_activity.active_days_84d, 0))
    / (1 + cast(tenant_kinds.export_active_days_84d as double) / tenant_activity.account_count),
    9
  ) as export_active_days_vs_tenant_84d,
  case when export_activity.events_28d + export_activity.previous_events_28d > 0 then (cast(export_activity.events_28d as double) + 1) / (cast(export_activity.previous_events_28d as double) + 1) end as export_events_ratio_28d,
  coalesce(
    eligible.as_of_date - export_activity.last_active_date, 84
  ) as export_days_since_last_event,
  coalesce(offboard_activity.events_7d, 0) as offboard_events_7d,
  coalesce(offboard_activity.active_days_7d, 0) as offboard_active_days_7d,
  coalesce(offboard_activity.active_users_7d, 0) as offboard_active_users_7d,
  coalesce(offboard_activity.events_14d, 0) as offboard_events_14d,
  coalesce(offboard_activity.active_days_14d, 0) as offboard_active_days_14d,
  coalesce(offboard_activity.active_users_14d, 0) as offboard_active_users_14d,
  coalesce(offboard_activity.events_28d, 0) as offboard_events_28d,
  coalesce(offboard_activity.active_days_28d, 0) as offboard_active_days_28d,
  coalesce(offboard_activity.active_users_28d, 0) as offboard_active_users_28d,
  coalesce(offboard_activity.events_56d, 0) as offboard_events_56d,
  coalesce(offboard_activity.active_days_56d, 0) as offboard_active_days_56d,
  coalesce(offboard_activity.active_users_56d, 0) as offboard_active_users_56d,
  coalesce(offboard_activity.events_84d, 0) as offboard_events_84d,
  coalesce(offboard_activity.active_days_84d, 0) as offboard_active_days_84d,
  coalesce(offboard_activity.active_users_84d, 0) as offboard_active_users_84d,
  round(
    (1 + coalesce(offboard_activity.active_days_28d, 0))
    / (1 + cast(tenant_kinds.offboard_active_days_28d as double) / tenant_activity.account_count),
    9
  ) as offboard_active_days_vs_tenant_28d,
  round(
    (1 + coalesce(offboard_activity.active_days_84d, 0))
    / (1 + cast(tenant_kinds.offboard_active_days_84d as double) / tenant_activity.account_count),
    9
  ) as offboard_active_days_vs_tenant_84d,
  case when offboard_activity.events_28d + offboard_activity.previous_events_28d > 0 then (cast(offboard_activity.events_28d as double) + 1) / (cast(offboard_activity.previous_events_28d as double) + 1) end as offboard_events_ratio_28d,
  coalesce(
    eligible.as_of_date - offboard_activity.last_active_date, 84
  ) as offboard_days_since_last_event,
  coalesce(disconnect_activity.events_7d, 0) as disconnect_events_7d,
  coalesce(disconnect_activity.active_days_7d, 0) as disconnect_active_days_7d,
  coalesce(disconnect_activity.active_users_7d, 0) as disconnect_active_users_7d,
  coalesce(disconnect_activity.events_14d, 0) as disconnect_events_14d,
  coalesce(disconnect_activity.active_days_14d, 0) as disconnect_active_days_14d,
  coalesce(disconnect_activity.active_users_14d, 0) as disconnect_active_users_14d,
  coalesce(disconnect_activity.events_28d, 0) as disconnect_events_28d,
  coalesce(disconnect_activity.active_days_28d, 0) as disconnect_active_days_28d,
  coalesce(disconnect_activity.active_users_28d, 0) as disconnect_active_users_28d,
  coalesce(disconnect_activity.events_56d, 0) as disconnect_events_56d,
  coalesce(disconnect_activity.active_days_56d, 0) as disconnect_active_days_56d,
  coalesce(disconnect_activity.active_users_56d, 0) as disconnect_active_users_56d,
  coalesce(disconnect_activity.events_84d, 0) as disconnect_events_84d,
  coalesce(disconnect_activity.active_days_84d, 0) as disconnect_active_days_84d,
  coalesce(disconnect_activity.active_users_84d, 0) as disconnect_active_users_84d,
  round(
    (1 + coalesce(disconnect_activity.active_days_28d, 0))
    / (1 + cast(tenant_kinds.disconnect_active_days_28d as double) / tenant_activity.account_count),
    9
  ) as disconnect_active_days_vs_tenant_28d,
  round(
    (1 + coalesce(disconnect_activity.active_days_84d, 0))
    / (1 + cast(tenant_kinds.disconnect_active_days_84d as double) / tenant_activity.account_count),
    9
  ) as disconnect_active_days_vs_tenant_84d,
  case when disconnect_activity.events_28d + disconnect_activity.previous_events_28d > 0 then (cast(disconnect_activity.events_28d as double) + 1) / (cast(disconnect_activity.previous_events_28d as double) + 1) end as disconnect_events_ratio_28d,
  coalesce(
    eligible.as_of_date - disconnect_activity.last_active_date, 84
  ) as disconnect_days_since_last_event,
  coalesce(other_activity.events_7d, 0) as other_events_7d,
  coalesce(other_activity.active_days_7d, 0) as other_active_days_7d,
  coalesce(other_activity.active_users_7d, 0) as other_active_users_7d,
  coalesce(other_activity.events_14d, 0) as other_events_14d,
  coalesce(other_activity.active_days_14d, 0) as other_active_days_14d,
  coalesce(other_activity.active_users_14d, 0) as other_active_users_14d,
  coalesce(other_activity.events_28d, 0) as other_events_28d,
  coalesce(other_activity.active_days_28d, 0) as other_active_days_28d,
  coalesce(other_activity.active_users_28d, 0) as other_active_users_28d,
  coalesce(other_activity.events_56d, 0) as other_events_56d,
  coalesce(other_activity.active_days_56d, 0) as other_active_days_56d,
  coalesce(other_activity.active_users_56d, 0) as other_active_users_56d,
  coalesce(other_activity.events_84d, 0) as other_events_84d,
  coalesce(other_activity.active_days_84d, 0) as other_active_days_84d,
  coalesce(other_activity.active_users_84d, 0) as other_active_users_84d,
  round(
    (1 + coalesce(other_activity.active_days_28d, 0))
    / (1 + cast(tenant_kinds.other_active_days_28d as double) / tenant_activity.account_count),
    9
  ) as other_active_days_vs_tenant_28d,
  round(
    (1 + coalesce(other_activity.active_days_84d, 0))
    / (1 + cast(tenant_kinds.other_active_days_84d as double) / tenant_activity.account_count),
    9
  ) as other_active_days_vs_tenant_84d,
  case when other_activity.events_28d + other_activity.previous_events_28d > 0 then (cast(other_activity.events_28d as double) + 1) / (cast(other_activity.previous_events_28d as double) + 1) end as other_events_ratio_28d,
  coalesce(
    eligible.as_of_date - other_activity.last_active_date, 84
  ) as other_days_since_last_event
from "intermediate"."int_accounts_to_build" as eligible
inner join "staging"."stg_accounts" as accounts
  on accounts.tenant_id = eligible.tenant_id
  and accounts.account_id = eligible.account_id
  and ((accounts.known_date <= eligible.as_of_date) and eligible.as_of_date < coalesce(accounts.superseded_date, date '9999-12-31'))
inner join tenant_activity
  on tenant_activity.tenant_id = eligible.tenant_id
  and tenant_activity.as_of_date = eligible.as_of_date
inner join tenant_kinds
  on tenant_kinds.tenant_id = eligible.tenant_id
  and tenant_kinds.as_of_date = eligible.as_of_date
left join "intermediate"."int_account_activity" as account
  on account.account_key = eligible.account_key
  and account.as_of_date = eligible.as_of_date
left join "intermediate"."int_activity_gaps" as gaps
  on gaps.account_key = eligible.account_key
  and gaps.as_of_date = eligible.as_of_date
left join "intermediate"."int_subscription_facts" as subscriptions
  on subscriptions.account_key = eligible.account_key
  and subscriptions.as_of_date = eligible.as_of_date
left join "intermediate"."int_support_facts" as support
  on support.account_key = eligible.account_key
  and support.as_of_date = eligible.as_of_date
left join "intermediate"."int_user_activity" as users
  on users.account_key = eligible.account_key
  and users.as_of_date = eligible.as_of_date
  and users.activity_kind = 'any'
left join kind_activity as session_activity
  on session_activity.account_key = eligible.account_key
  and session_activity.as_of_date = eligible.as_of_date
  and session_activity.activity_kind = 'session'
left join kind_activity as record_activity
  on record_activity.account_key = eligible.account_key
  and record_activity.as_of_date = eligible.as_of_date
  and record_activity.activity_kind = 'record'
left join kind_activity as communicate_activity
  on communicate_activity.account_key = eligible.account_key
  and communicate_activity.as_of_date = eligible.as_of_date
  and communicate_activity.activity_kind = 'communicate'
left join kind_activity as content_activity
  on content_activity.account_key = eligible.account_key
  and content_activity.as_of_date = eligible.as_of_date
  and content_activity.activity_kind = 'content'
left join kind_activity as report_activity
  on report_activity.account_key = eligible.account_key
  and report_activity.as_of_date = eligible.as_of_date
  and report_activity.activity_kind = 'report'
left join kind_activity as automate_activity
  on automate_activity.account_key = eligible.account_key
  and automate_activity.as_of_date = eligible.as_of_date
  and automate_activity.activity_kind = 'automate'
left join kind_activity as assess_activity
  on assess_activity.account_key = eligible.account_key
  and assess_activity.as_of_date = eligible.as_of_date
  and assess_activity.activity_kind = 'assess'
left join kind_activity as administer_activity
  on administer_activity.account_key = eligible.account_key
  and administer_activity.as_of_date = eligible.as_of_date
  and administer_activity.activity_kind = 'administer'
left join kind_activity as export_activity
  on export_activity.account_key = eligible.account_key
  and export_activity.as_of_date = eligible.as_of_date
  and export_activity.activity_kind = 'export'
left join kind_activity as offboard_activity
  on offboard_activity.account_key = eligible.account_key
  and offboard_activity.as_of_date = eligible.as_of_date
  and offboard_activity.activity_kind = 'offboard'
left join kind_activity as disconnect_activity
  on disconnect_activity.account_key = eligible.account_key
  and disconnect_activity.as_of_date = eligible.as_of_date
  and disconnect_activity.activity_kind = 'disconnect'
left join kind_activity as other_activity
  on other_activity.account_key = eligible.account_key
  and other_activity.as_of_date = eligible.as_of_date
  and other_activity.activity_kind = 'other'
