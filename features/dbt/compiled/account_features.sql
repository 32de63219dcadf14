with activity as (
  select
    windows.*,
    coalesce(users.active_users_7d, 0) as active_users_7d,
    coalesce(users.active_users_14d, 0) as active_users_14d,
    coalesce(users.active_users_28d, 0) as active_users_28d,
    coalesce(users.active_users_56d, 0) as active_users_56d,
    coalesce(users.active_users_84d, 0) as active_users_84d,
    coalesce(users.previous_active_users_28d, 0) as previous_active_users_28d
  from "intermediate"."int_activity_windows" as windows
  left join "intermediate"."int_active_user_windows" as users
    on users.tenant_id = windows.tenant_id
    and users.account_id = windows.account_id
    and users.as_of_date = windows.as_of_date
    and users.activity_kind = windows.activity_kind
),

-- One row per account and as-of date that had any activity in the lookback, its kinds side by side.
by_kind as (
  select
    tenant_id,
    account_id,
    as_of_date,
    max(case when activity_kind = 'any' then events_7d else 0 end) as any_events_7d,
    max(case when activity_kind = 'any' then active_days_7d else 0 end) as any_active_days_7d,
    max(case when activity_kind = 'any' then active_users_7d else 0 end) as any_active_users_7d,
    max(case when activity_kind = 'any' then previous_events_7d else 0 end) as any_previous_events_7d,
    max(case when activity_kind = 'any' then events_14d else 0 end) as any_events_14d,
    max(case when activity_kind = 'any' then active_days_14d else 0 end) as any_active_days_14d,
    max(case when activity_kind = 'any' then active_users_14d else 0 end) as any_active_users_14d,
    max(case when activity_kind = 'any' then previous_events_14d else 0 end) as any_previous_events_14d,
    max(case when activity_kind = 'any' then events_28d else 0 end) as any_events_28d,
    max(case when activity_kind = 'any' then active_days_28d else 0 end) as any_active_days_28d,
    max(case when activity_kind = 'any' then active_users_28d else 0 end) as any_active_users_28d,
    max(case when activity_kind = 'any' then previous_events_28d else 0 end) as any_previous_events_28d,
    max(case when activity_kind = 'any' then events_56d else 0 end) as any_events_56d,
    max(case when activity_kind = 'any' then active_days_56d else 0 end) as any_active_days_56d,
    max(case when activity_kind = 'any' then active_users_56d else 0 end) as any_active_users_56d,
    max(case when activity_kind = 'any' then previous_events_56d else 0 end) as any_previous_events_56d,
    max(case when activity_kind = 'any' then events_84d else 0 end) as any_events_84d,
    max(case when activity_kind = 'any' then active_days_84d else 0 end) as any_active_days_84d,
    max(case when activity_kind = 'any' then active_users_84d else 0 end) as any_active_users_84d,
    max(case when activity_kind = 'any' then previous_events_84d else 0 end) as any_previous_events_84d,
    max(case when activity_kind = 'any' then last_active_date end) as any_last_active_date,
    max(case when activity_kind = 'session' then events_7d else 0 end) as session_events_7d,
    max(case when activity_kind = 'session' then active_days_7d else 0 end) as session_active_days_7d,
    max(case when activity_kind = 'session' then active_users_7d else 0 end) as session_active_users_7d,
    max(case when activity_kind = 'session' then events_14d else 0 end) as session_events_14d,
    max(case when activity_kind = 'session' then active_days_14d else 0 end) as session_active_days_14d,
    max(case when activity_kind = 'session' then active_users_14d else 0 end) as session_active_users_14d,
    max(case when activity_kind = 'session' then events_28d else 0 end) as session_events_28d,
    max(case when activity_kind = 'session' then active_days_28d else 0 end) as session_active_days_28d,
    max(case when activity_kind = 'session' then active_users_28d else 0 end) as session_active_users_28d,
    max(case when activity_kind = 'session' then previous_events_28d else 0 end) as session_previous_events_28d,
    max(case when activity_kind = 'session' then events_56d else 0 end) as session_events_56d,
    max(case when activity_kind = 'session' then active_days_56d else 0 end) as session_active_days_56d,
    max(case when activity_kind = 'session' then active_users_56d else 0 end) as session_active_users_56d,
    max(case when activity_kind = 'session' then events_84d else 0 end) as session_events_84d,
    max(case when activity_kind = 'session' then active_days_84d else 0 end) as session_active_days_84d,
    max(case when activity_kind = 'session' then active_users_84d else 0 end) as session_active_users_84d,
    max(case when activity_kind = 'session' then last_active_date end) as session_last_active_date,
    max(case when activity_kind = 'record' then events_7d else 0 end) as record_events_7d,
    max(case when activity_kind = 'record' then active_days_7d else 0 end) as record_active_days_7d,
    max(case when activity_kind = 'record' then active_users_7d else 0 end) as record_active_users_7d,
    max(case when activity_kind = 'record' then events_14d else 0 end) as record_events_14d,
    max(case when activity_kind = 'record' then active_days_14d else 0 end) as record_active_days_14d,
    max(case when activity_kind = 'record' then active_users_14d else 0 end) as record_active_users_14d,
    max(case when activity_kind = 'record' then events_28d else 0 end) as record_events_28d,
    max(case when activity_kind = 'record' then active_days_28d else 0 end) as record_active_days_28d,
    max(case when activity_kind = 'record' then active_users_28d else 0 end) as record_active_users_28d,
    max(case when activity_kind = 'record' then previous_events_28d else 0 end) as record_previous_events_28d,
    max(case when activity_kind = 'record' then events_56d else 0 end) as record_events_56d,
    max(case when activity_kind = 'record' then active_days_56d else 0 end) as record_active_days_56d,
    max(case when activity_kind = 'record' then active_users_56d else 0 end) as record_active_users_56d,
    max(case when activity_kind = 'record' then events_84d else 0 end) as record_events_84d,
    max(case when activity_kind = 'record' then active_days_84d else 0 end) as record_active_days_84d,
    max(case when activity_kind = 'record' then active_users_84d else 0 end) as record_active_users_84d,
    max(case when activity_kind = 'record' then last_active_date end) as record_last_active_date,
    max(case when activity_kind = 'communicate' then events_7d else 0 end) as communicate_events_7d,
    max(case when activity_kind = 'communicate' then active_days_7d else 0 end) as communicate_active_days_7d,
    max(case when activity_kind = 'communicate' then active_users_7d else 0 end) as communicate_active_users_7d,
    max(case when activity_kind = 'communicate' then events_14d else 0 end) as communicate_events_14d,
    max(case when activity_kind = 'communicate' then active_days_14d else 0 end) as communicate_active_days_14d,
    max(case when activity_kind = 'communicate' then active_users_14d else 0 end) as communicate_active_users_14d,
    max(case when activity_kind = 'communicate' then events_28d else 0 end) as communicate_events_28d,
    max(case when activity_kind = 'communicate' then active_days_28d else 0 end) as communicate_active_days_28d,
    max(case when activity_kind = 'communicate' then active_users_28d else 0 end) as communicate_active_users_28d,
    max(case when activity_kind = 'communicate' then previous_events_28d else 0 end) as communicate_previous_events_28d,
    max(case when activity_kind = 'communicate' then events_56d else 0 end) as communicate_events_56d,
    max(case when activity_kind = 'communicate' then active_days_56d else 0 end) as communicate_active_days_56d,
    max(case when activity_kind = 'communicate' then active_users_56d else 0 end) as communicate_active_users_56d,
    max(case when activity_kind = 'communicate' then events_84d else 0 end) as communicate_events_84d,
    max(case when activity_kind = 'communicate' then active_days_84d else 0 end) as communicate_active_days_84d,
    max(case when activity_kind = 'communicate' then active_users_84d else 0 end) as communicate_active_users_84d,
    max(case when activity_kind = 'communicate' then last_active_date end) as communicate_last_active_date,
    max(case when activity_kind = 'content' then events_7d else 0 end) as content_events_7d,
    max(case when activity_kind = 'content' then active_days_7d else 0 end) as content_active_days_7d,
    max(case when activity_kind = 'content' then active_users_7d else 0 end) as content_active_users_7d,
    max(case when activity_kind = 'content' then events_14d else 0 end) as content_events_14d,
    max(case when activity_kind = 'content' then active_days_14d else 0 end) as content_active_days_14d,
    max(case when activity_kind = 'content' then active_users_14d else 0 end) as content_active_users_14d,
    max(case when activity_kind = 'content' then events_28d else 0 end) as content_events_28d,
    max(case when activity_kind = 'content' then active_days_28d else 0 end) as content_active_days_28d,
    max(case when activity_kind = 'content' then active_users_28d else 0 end) as content_active_users_28d,
    max(case when activity_kind = 'content' then previous_events_28d else 0 end) as content_previous_events_28d,
    max(case when activity_kind = 'content' then events_56d else 0 end) as content_events_56d,
    max(case when activity_kind = 'content' then active_days_56d else 0 end) as content_active_days_56d,
    max(case when activity_kind = 'content' then active_users_56d else 0 end) as content_active_users_56d,
    max(case when activity_kind = 'content' then events_84d else 0 end) as content_events_84d,
    max(case when activity_kind = 'content' then active_days_84d else 0 end) as content_active_days_84d,
    max(case when activity_kind = 'content' then active_users_84d else 0 end) as content_active_users_84d,
    max(case when activity_kind = 'content' then last_active_date end) as content_last_active_date,
    max(case when activity_kind = 'report' then events_7d else 0 end) as report_events_7d,
    max(case when activity_kind = 'report' then active_days_7d else 0 end) as report_active_days_7d,
    max(case when activity_kind = 'report' then active_users_7d else 0 end) as report_active_users_7d,
    max(case when activity_kind = 'report' then events_14d else 0 end) as report_events_14d,
    max(case when activity_kind = 'report' then active_days_14d else 0 end) as report_active_days_14d,
    max(case when activity_kind = 'report' then active_users_14d else 0 end) as report_active_users_14d,
    max(case when activity_kind = 'report' then events_28d else 0 end) as report_events_28d,
    max(case when activity_kind = 'report' then active_days_28d else 0 end) as report_active_days_28d,
    max(case when activity_kind = 'report' then active_users_28d else 0 end) as report_active_users_28d,
    max(case when activity_kind = 'report' then previous_events_28d else 0 end) as report_previous_events_28d,
    max(case when activity_kind = 'report' then events_56d else 0 end) as report_events_56d,
    max(case when activity_kind = 'report' then active_days_56d else 0 end) as report_active_days_56d,
    max(case when activity_kind = 'report' then active_users_56d else 0 end) as report_active_users_56d,
    max(case when activity_kind = 'report' then events_84d else 0 end) as report_events_84d,
    max(case when activity_kind = 'report' then active_days_84d else 0 end) as report_active_days_84d,
    max(case when activity_kind = 'report' then active_users_84d else 0 end) as report_active_users_84d,
    max(case when activity_kind = 'report' then last_active_date end) as report_last_active_date,
    max(case when activity_kind = 'automate' then events_7d else 0 end) as automate_events_7d,
    max(case when activity_kind = 'automate' then active_days_7d else 0 end) as automate_active_days_7d,
    max(case when activity_kind = 'automate' then active_users_7d else 0 end) as automate_active_users_7d,
    max(case when activity_kind = 'automate' then events_14d else 0 end) as automate_events_14d,
    max(case when activity_kind = 'automate' then active_days_14d else 0 end) as automate_active_days_14d,
    max(case when activity_kind = 'automate' then active_users_14d else 0 end) as automate_active_users_14d,
    max(case when activity_kind = 'automate' then events_28d else 0 end) as automate_events_28d,
    max(case when activity_kind = 'automate' then active_days_28d else 0 end) as automate_active_days_28d,
    max(case when activity_kind = 'automate' then active_users_28d else 0 end) as automate_active_users_28d,
    max(case when activity_kind = 'automate' then previous_events_28d else 0 end) as automate_previous_events_28d,
    max(case when activity_kind = 'automate' then events_56d else 0 end) as automate_events_56d,
    max(case when activity_kind = 'automate' then active_days_56d else 0 end) as automate_active_days_56d,
    max(case when activity_kind = 'automate' then active_users_56d else 0 end) as automate_active_users_56d,
    max(case when activity_kind = 'automate' then events_84d else 0 end) as automate_events_84d,
    max(case when activity_kind = 'automate' then active_days_84d else 0 end) as automate_active_days_84d,
    max(case when activity_kind = 'automate' then active_users_84d else 0 end) as automate_active_users_84d,
    max(case when activity_kind = 'automate' then last_active_date end) as automate_last_active_date,
    max(case when activity_kind = 'assess' then events_7d else 0 end) as assess_events_7d,
    max(case when activity_kind = 'assess' then active_days_7d else 0 end) as assess_active_days_7d,
    max(case when activity_kind = 'assess' then active_users_7d else 0 end) as assess_active_users_7d,
    max(case when activity_kind = 'assess' then events_14d else 0 end) as assess_events_14d,
    max(case when activity_kind = 'assess' then active_days_14d else 0 end) as assess_active_days_14d,
    max(case when activity_kind = 'assess' then active_users_14d else 0 end) as assess_active_users_14d,
    max(case when activity_kind = 'assess' then events_28d else 0 end) as assess_events_28d,
    max(case when activity_kind = 'assess' then active_days_28d else 0 end) as assess_active_days_28d,
    max(case when activity_kind = 'assess' then active_users_28d else 0 end) as assess_active_users_28d,
    max(case when activity_kind = 'assess' then previous_events_28d else 0 end) as assess_previous_events_28d,
    max(case when activity_kind = 'assess' then events_56d else 0 end) as assess_events_56d,
    max(case when activity_kind = 'assess' then active_days_56d else 0 end) as assess_active_days_56d,
    max(case when activity_kind = 'assess' then active_users_56d else 0 end) as assess_active_users_56d,
    max(case when activity_kind = 'assess' then events_84d else 0 end) as assess_events_84d,
    max(case when activity_kind = 'assess' then active_days_84d else 0 end) as assess_active_days_84d,
    max(case when activity_kind = 'assess' then active_users_84d else 0 end) as assess_active_users_84d,
    max(case when activity_kind = 'assess' then last_active_date end) as assess_last_active_date,
    max(case when activity_kind = 'administer' then events_7d else 0 end) as administer_events_7d,
    max(case when activity_kind = 'administer' then active_days_7d else 0 end) as administer_active_days_7d,
    max(case when activity_kind = 'administer' then active_users_7d else 0 end) as administer_active_users_7d,
    max(case when activity_kind = 'administer' then events_14d else 0 end) as administer_events_14d,
    max(case when activity_kind = 'administer' then active_days_14d else 0 end) as administer_active_days_14d,
    max(case when activity_kind = 'administer' then active_users_14d else 0 end) as administer_active_users_14d,
    max(case when activity_kind = 'administer' then events_28d else 0 end) as administer_events_28d,
    max(case when activity_kind = 'administer' then active_days_28d else 0 end) as administer_active_days_28d,
    max(case when activity_kind = 'administer' then active_users_28d else 0 end) as administer_active_users_28d,
    max(case when activity_kind = 'administer' then previous_events_28d else 0 end) as administer_previous_events_28d,
    max(case when activity_kind = 'administer' then events_56d else 0 end) as administer_events_56d,
    max(case when activity_kind = 'administer' then active_days_56d else 0 end) as administer_active_days_56d,
    max(case when activity_kind = 'administer' then active_users_56d else 0 end) as administer_active_users_56d,
    max(case when activity_kind = 'administer' then events_84d else 0 end) as administer_events_84d,
    max(case when activity_kind = 'administer' then active_days_84d else 0 end) as administer_active_days_84d,
    max(case when activity_kind = 'administer' then active_users_84d else 0 end) as administer_active_users_84d,
    max(case when activity_kind = 'administer' then last_active_date end) as administer_last_active_date,
    max(case when activity_kind = 'other' then events_7d else 0 end) as other_events_7d,
    max(case when activity_kind = 'other' then active_days_7d else 0 end) as other_active_days_7d,
    max(case when activity_kind = 'other' then active_users_7d else 0 end) as other_active_users_7d,
    max(case when activity_kind = 'other' then events_14d else 0 end) as other_events_14d,
    max(case when activity_kind = 'other' then active_days_14d else 0 end) as other_active_days_14d,
    max(case when activity_kind = 'other' then active_users_14d else 0 end) as other_active_users_14d,
    max(case when activity_kind = 'other' then events_28d else 0 end) as other_events_28d,
    max(case when activity_kind = 'other' then active_days_28d else 0 end) as other_active_days_28d,
    max(case when activity_kind = 'other' then active_users_28d else 0 end) as other_active_users_28d,
    max(case when activity_kind = 'other' then previous_events_28d else 0 end) as other_previous_events_28d,
    max(case when activity_kind = 'other' then events_56d else 0 end) as other_events_56d,
    max(case when activity_kind = 'other' then active_days_56d else 0 end) as other_active_days_56d,
    max(case when activity_kind = 'other' then active_users_56d else 0 end) as other_active_users_56d,
    max(case when activity_kind = 'other' then events_84d else 0 end) as other_events_84d,
    max(case when activity_kind = 'other' then active_days_84d else 0 end) as other_active_days_84d,
    max(case when activity_kind = 'other' then active_users_84d else 0 end) as other_active_users_84d,
    max(case when activity_kind = 'other' then last_active_date end) as other_last_active_date,
    max(case when activity_kind = 'any' then previous_active_users_28d else 0 end) as previous_active_users_28d
  from activity
  group by 1, 2, 3
),

-- What everybody in the tenant did: separates a quiet season from an account that goes quiet.
tenant_activity as (
  select
    eligible.tenant_id,
    eligible.as_of_date,
    median(coalesce(by_kind.any_events_28d, 0)) as median_events_28d,
    cast(sum(coalesce(by_kind.any_events_28d, 0)) as bigint) as events_28d,
    cast(sum(coalesce(by_kind.any_previous_events_28d, 0)) as bigint) as previous_events_28d
  from "intermediate"."int_eligible_accounts" as eligible
  left join by_kind
    on by_kind.tenant_id = eligible.tenant_id
    and by_kind.account_id = eligible.account_id
    and by_kind.as_of_date = eligible.as_of_date
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
  subscriptions.seats_change,
  subscriptions.mrr_change,
  coalesce(by_kind.any_events_7d, 0) as events_7d,
  coalesce(by_kind.any_active_days_7d, 0) as active_days_7d,
  coalesce(by_kind.any_active_users_7d, 0) as active_users_7d,
  case when by_kind.any_events_7d + by_kind.any_previous_events_7d > 0 then (cast(by_kind.any_events_7d as double) + 1) / (cast(by_kind.any_previous_events_7d as double) + 1) end as events_ratio_7d,
  cast(
    case when by_kind.session_events_7d > 0 then 1 else 0 end
    + case when by_kind.record_events_7d > 0 then 1 else 0 end
    + case when by_kind.communicate_events_7d > 0 then 1 else 0 end
    + case when by_kind.content_events_7d > 0 then 1 else 0 end
    + case when by_kind.report_events_7d > 0 then 1 else 0 end
    + case when by_kind.automate_events_7d > 0 then 1 else 0 end
    + case when by_kind.assess_events_7d > 0 then 1 else 0 end
    + case when by_kind.administer_events_7d > 0 then 1 else 0 end
    + case when by_kind.other_events_7d > 0 then 1 else 0 end as bigint
  ) as kinds_used_7d,
  coalesce(by_kind.any_events_14d, 0) as events_14d,
  coalesce(by_kind.any_active_days_14d, 0) as active_days_14d,
  coalesce(by_kind.any_active_users_14d, 0) as active_users_14d,
  case when by_kind.any_events_14d + by_kind.any_previous_events_14d > 0 then (cast(by_kind.any_events_14d as double) + 1) / (cast(by_kind.any_previous_events_14d as double) + 1) end as events_ratio_14d,
  cast(
    case when by_kind.session_events_14d > 0 then 1 else 0 end
    + case when by_kind.record_events_14d > 0 then 1 else 0 end
    + case when by_kind.communicate_events_14d > 0 then 1 else 0 end
    + case when by_kind.content_events_14d > 0 then 1 else 0 end
    + case when by_kind.report_events_14d > 0 then 1 else 0 end
    + case when by_kind.automate_events_14d > 0 then 1 else 0 end
    + case when by_kind.assess_events_14d > 0 then 1 else 0 end
    + case when by_kind.administer_events_14d > 0 then 1 else 0 end
    + case when by_kind.other_events_14d > 0 then 1 else 0 end as bigint
  ) as kinds_used_14d,
  coalesce(by_kind.any_events_28d, 0) as events_28d,
  coalesce(by_kind.any_active_days_28d, 0) as active_days_28d,
  coalesce(by_kind.any_active_users_28d, 0) as active_users_28d,
  case when by_kind.any_events_28d + by_kind.any_previous_events_28d > 0 then (cast(by_kind.any_events_28d as double) + 1) / (cast(by_kind.any_previous_events_28d as double) + 1) end as events_ratio_28d,
  cast(
    case when by_kind.session_events_28d > 0 then 1 else 0 end
    + case when by_kind.record_events_28d > 0 then 1 else 0 end
    + case when by_kind.communicate_events_28d > 0 then 1 else 0 end
    + case when by_kind.content_events_28d > 0 then 1 else 0 end
    + case when by_kind.report_events_28d > 0 then 1 else 0 end
    + case when by_kind.automate_events_28d > 0 then 1 else 0 end
    + case when by_kind.assess_events_28d > 0 then 1 else 0 end
    + case when by_kind.administer_events_28d > 0 then 1 else 0 end
    + case when by_kind.other_events_28d > 0 then 1 else 0 end as bigint
  ) as kinds_used_28d,
  coalesce(by_kind.any_events_56d, 0) as events_56d,
  coalesce(by_kind.any_active_days_56d, 0) as active_days_56d,
  coalesce(by_kind.any_active_users_56d, 0) as active_users_56d,
  case when by_kind.any_events_56d + by_kind.any_previous_events_56d > 0 then (cast(by_kind.any_events_56d as double) + 1) / (cast(by_kind.any_previous_events_56d as double) + 1) end as events_ratio_56d,
  cast(
    case when by_kind.session_events_56d > 0 then 1 else 0 end
    + case when by_kind.record_events_56d > 0 then 1 else 0 end
    + case when by_kind.communicate_events_56d > 0 then 1 else 0 end
    + case when by_kind.content_events_56d > 0 then 1 else 0 end
    + case when by_kind.report_events_56d > 0 then 1 else 0 end
    + case when by_kind.automate_events_56d > 0 then 1 else 0 end
    + case when by_kind.assess_events_56d > 0 then 1 else 0 end
    + case when by_kind.administer_events_56d > 0 then 1 else 0 end
    + case when by_kind.other_events_56d > 0 then 1 else 0 end as bigint
  ) as kinds_used_56d,
  coalesce(by_kind.any_events_84d, 0) as events_84d,
  coalesce(by_kind.any_active_days_84d, 0) as active_days_84d,
  coalesce(by_kind.any_active_users_84d, 0) as active_users_84d,
  case when by_kind.any_events_84d + by_kind.any_previous_events_84d > 0 then (cast(by_kind.any_events_84d as double) + 1) / (cast(by_kind.any_previous_events_84d as double) + 1) end as events_ratio_84d,
  cast(
    case when by_kind.session_events_84d > 0 then 1 else 0 end
    + case when by_kind.record_events_84d > 0 then 1 else 0 end
    + case when by_kind.communicate_events_84d > 0 then 1 else 0 end
    + case when by_kind.content_events_84d > 0 then 1 else 0 end
    + case when by_kind.report_events_84d > 0 then 1 else 0 end
    + case when by_kind.automate_events_84d > 0 then 1 else 0 end
    + case when by_kind.assess_events_84d > 0 then 1 else 0 end
    + case when by_kind.administer_events_84d > 0 then 1 else 0 end
    + case when by_kind.other_events_84d > 0 then 1 else 0 end as bigint
  ) as kinds_used_84d,
  coalesce(rhythm.quantity_7d, 0) as quantity_7d,
  coalesce(rhythm.quantity_28d, 0) as quantity_28d,
  coalesce(rhythm.quantity_84d, 0) as quantity_84d,
  coalesce(eligible.as_of_date - by_kind.any_last_active_date, 168) as days_since_last_event,
  coalesce(
    gaps.longest_gap_days_84d, least(84, eligible.as_of_date - eligible.created_date)
  ) as longest_gap_days_84d,
  case
    when rhythm.active_days > 1
      then cast(rhythm.last_active_date - rhythm.first_active_date as double) / (rhythm.active_days - 1)
  end as mean_gap_days_84d,
  -- Least-squares slope over the twelve weeks: their centred positions are -5.5 … 5.5 with squares adding up to 143.
  round(
    (
      5.5 * ln(1 + coalesce(rhythm.events_week_01, 0))
      + 4.5 * ln(1 + coalesce(rhythm.events_week_02, 0))
      + 3.5 * ln(1 + coalesce(rhythm.events_week_03, 0))
      + 2.5 * ln(1 + coalesce(rhythm.events_week_04, 0))
      + 1.5 * ln(1 + coalesce(rhythm.events_week_05, 0))
      + 0.5 * ln(1 + coalesce(rhythm.events_week_06, 0))
      + -0.5 * ln(1 + coalesce(rhythm.events_week_07, 0))
      + -1.5 * ln(1 + coalesce(rhythm.events_week_08, 0))
      + -2.5 * ln(1 + coalesce(rhythm.events_week_09, 0))
      + -3.5 * ln(1 + coalesce(rhythm.events_week_10, 0))
      + -4.5 * ln(1 + coalesce(rhythm.events_week_11, 0))
      + -5.5 * ln(1 + coalesce(rhythm.events_week_12, 0))
    ) / 143,
    9
  ) as events_trend_84d,
  cast(coalesce(rhythm.active_weeks, 0) as double) / 12 as active_weeks_share_84d,
  cast(rhythm.weekend_event_count as double) / rhythm.event_count as weekend_share_84d,
  case
    when subscriptions.seats > 0
      then cast(coalesce(by_kind.any_active_users_28d, 0) as double) / subscriptions.seats
  end as seat_utilisation_28d,
  case
    when subscriptions.seats > 0
      then
        cast(coalesce(by_kind.any_active_users_28d - by_kind.previous_active_users_28d, 0) as double) / subscriptions.seats
  end as seat_utilisation_change_28d,
  round(
    ln(cast(1 + coalesce(by_kind.any_events_28d, 0) as double) / (1 + tenant_activity.median_events_28d)), 9
  ) as events_vs_tenant_median_28d,
  case when tenant_activity.events_28d + tenant_activity.previous_events_28d > 0 then (cast(tenant_activity.events_28d as double) + 1) / (cast(tenant_activity.previous_events_28d as double) + 1) end as tenant_events_ratio_28d,
  case when by_kind.any_events_28d + by_kind.any_previous_events_28d > 0 then (cast(by_kind.any_events_28d as double) + 1) / (cast(by_kind.any_previous_events_28d as double) + 1) end
  / case when tenant_activity.events_28d + tenant_activity.previous_events_28d > 0 then (cast(tenant_activity.events_28d as double) + 1) / (cast(tenant_activity.previous_events_28d as double) + 1) end as events_ratio_vs_tenant_28d,
  coalesce(rhythm.events_week_01, 0) as events_week_01,
  coalesce(rhythm.events_week_02, 0) as events_week_02,
  coalesce(rhythm.events_week_03, 0) as events_week_03,
  coalesce(rhythm.events_week_04, 0) as events_week_04,
  coalesce(rhythm.events_week_05, 0) as events_week_05,
  coalesce(rhythm.events_week_06, 0) as events_week_06,
  coalesce(rhythm.events_week_07, 0) as events_week_07,
  coalesce(rhythm.events_week_08, 0) as events_week_08,
  coalesce(rhythm.events_week_09, 0) as events_week_09,
  coalesce(rhythm.events_week_10, 0) as events_week_10,
  coalesce(rhythm.events_week_11, 0) as events_week_11,
  coalesce(rhythm.events_week_12, 0) as events_week_12,
  coalesce(support.tickets_opened_28d, 0) as tickets_opened_28d,
  coalesce(support.tickets_opened_84d, 0) as tickets_opened_84d,
  coalesce(support.tickets_open, 0) as tickets_open,
  coalesce(support.tickets_high_severity_84d, 0) as tickets_high_severity_84d,
  support.mean_csat_168d,
  least(coalesce(support.days_since_last_ticket, 168), 168) as days_since_last_ticket,
  coalesce(by_kind.session_events_7d, 0) as session_events_7d,
  coalesce(by_kind.session_active_days_7d, 0) as session_active_days_7d,
  coalesce(by_kind.session_active_users_7d, 0) as session_active_users_7d,
  coalesce(by_kind.session_events_14d, 0) as session_events_14d,
  coalesce(by_kind.session_active_days_14d, 0) as session_active_days_14d,
  coalesce(by_kind.session_active_users_14d, 0) as session_active_users_14d,
  coalesce(by_kind.session_events_28d, 0) as session_events_28d,
  coalesce(by_kind.session_active_days_28d, 0) as session_active_days_28d,
  coalesce(by_kind.session_active_users_28d, 0) as session_active_users_28d,
  coalesce(by_kind.session_events_56d, 0) as session_events_56d,
  coalesce(by_kind.session_active_days_56d, 0) as session_active_days_56d,
  coalesce(by_kind.session_active_users_56d, 0) as session_active_users_56d,
  coalesce(by_kind.session_events_84d, 0) as session_events_84d,
  coalesce(by_kind.session_active_days_84d, 0) as session_active_days_84d,
  coalesce(by_kind.session_active_users_84d, 0) as session_active_users_84d,
  case when by_kind.session_events_28d + by_kind.session_previous_events_28d > 0 then (cast(by_kind.session_events_28d as double) + 1) / (cast(by_kind.session_previous_events_28d as double) + 1) end as session_events_ratio_28d,
  coalesce(
    eligible.as_of_date - by_kind.session_last_active_date, 168
  ) as session_days_since_last_event,
  coalesce(by_kind.record_events_7d, 0) as record_events_7d,
  coalesce(by_kind.record_active_days_7d, 0) as record_active_days_7d,
  coalesce(by_kind.record_active_users_7d, 0) as record_active_users_7d,
  coalesce(by_kind.record_events_14d, 0) as record_events_14d,
  coalesce(by_kind.record_active_days_14d, 0) as record_active_days_14d,
  coalesce(by_kind.record_active_users_14d, 0) as record_active_users_14d,
  coalesce(by_kind.record_events_28d, 0) as record_events_28d,
  coalesce(by_kind.record_active_days_28d, 0) as record_active_days_28d,
  coalesce(by_kind.record_active_users_28d, 0) as record_active_users_28d,
  coalesce(by_kind.record_events_56d, 0) as record_events_56d,
  coalesce(by_kind.record_active_days_56d, 0) as record_active_days_56d,
  coalesce(by_kind.record_active_users_56d, 0) as record_active_users_56d,
  coalesce(by_kind.record_events_84d, 0) as record_events_84d,
  coalesce(by_kind.record_active_days_84d, 0) as record_active_days_84d,
  coalesce(by_kind.record_active_users_84d, 0) as record_active_users_84d,
  case when by_kind.record_events_28d + by_kind.record_previous_events_28d > 0 then (cast(by_kind.record_events_28d as double) + 1) / (cast(by_kind.record_previous_events_28d as double) + 1) end as record_events_ratio_28d,
  coalesce(
    eligible.as_of_date - by_kind.record_last_active_date, 168
  ) as record_days_since_last_event,
  coalesce(by_kind.communicate_events_7d, 0) as communicate_events_7d,
  coalesce(by_kind.communicate_active_days_7d, 0) as communicate_active_days_7d,
  coalesce(by_kind.communicate_active_users_7d, 0) as communicate_active_users_7d,
  coalesce(by_kind.communicate_events_14d, 0) as communicate_events_14d,
  coalesce(by_kind.communicate_active_days_14d, 0) as communicate_active_days_14d,
  coalesce(by_kind.communicate_active_users_14d, 0) as communicate_active_users_14d,
  coalesce(by_kind.communicate_events_28d, 0) as communicate_events_28d,
  coalesce(by_kind.communicate_active_days_28d, 0) as communicate_active_days_28d,
  coalesce(by_kind.communicate_active_users_28d, 0) as communicate_active_users_28d,
  coalesce(by_kind.communicate_events_56d, 0) as communicate_events_56d,
  coalesce(by_kind.communicate_active_days_56d, 0) as communicate_active_days_56d,
  coalesce(by_kind.communicate_active_users_56d, 0) as communicate_active_users_56d,
  coalesce(by_kind.communicate_events_84d, 0) as communicate_events_84d,
  coalesce(by_kind.communicate_active_days_84d, 0) as communicate_active_days_84d,
  coalesce(by_kind.communicate_active_users_84d, 0) as communicate_active_users_84d,
  case when by_kind.communicate_events_28d + by_kind.communicate_previous_events_28d > 0 then (cast(by_kind.communicate_events_28d as double) + 1) / (cast(by_kind.communicate_previous_events_28d as double) + 1) end as communicate_events_ratio_28d,
  coalesce(
    eligible.as_of_date - by_kind.communicate_last_active_date, 168
  ) as communicate_days_since_last_event,
  coalesce(by_kind.content_events_7d, 0) as content_events_7d,
  coalesce(by_kind.content_active_days_7d, 0) as content_active_days_7d,
  coalesce(by_kind.content_active_users_7d, 0) as content_active_users_7d,
  coalesce(by_kind.content_events_14d, 0) as content_events_14d,
  coalesce(by_kind.content_active_days_14d, 0) as content_active_days_14d,
  coalesce(by_kind.content_active_users_14d, 0) as content_active_users_14d,
  coalesce(by_kind.content_events_28d, 0) as content_events_28d,
  coalesce(by_kind.content_active_days_28d, 0) as content_active_days_28d,
  coalesce(by_kind.content_active_users_28d, 0) as content_active_users_28d,
  coalesce(by_kind.content_events_56d, 0) as content_events_56d,
  coalesce(by_kind.content_active_days_56d, 0) as content_active_days_56d,
  coalesce(by_kind.content_active_users_56d, 0) as content_active_users_56d,
  coalesce(by_kind.content_events_84d, 0) as content_events_84d,
  coalesce(by_kind.content_active_days_84d, 0) as content_active_days_84d,
  coalesce(by_kind.content_active_users_84d, 0) as content_active_users_84d,
  case when by_kind.content_events_28d + by_kind.content_previous_events_28d > 0 then (cast(by_kind.content_events_28d as double) + 1) / (cast(by_kind.content_previous_events_28d as double) + 1) end as content_events_ratio_28d,
  coalesce(
    eligible.as_of_date - by_kind.content_last_active_date, 168
  ) as content_days_since_last_event,
  coalesce(by_kind.report_events_7d, 0) as report_events_7d,
  coalesce(by_kind.report_active_days_7d, 0) as report_active_days_7d,
  coalesce(by_kind.report_active_users_7d, 0) as report_active_users_7d,
  coalesce(by_kind.report_events_14d, 0) as report_events_14d,
  coalesce(by_kind.report_active_days_14d, 0) as report_active_days_14d,
  coalesce(by_kind.report_active_users_14d, 0) as report_active_users_14d,
  coalesce(by_kind.report_events_28d, 0) as report_events_28d,
  coalesce(by_kind.report_active_days_28d, 0) as report_active_days_28d,
  coalesce(by_kind.report_active_users_28d, 0) as report_active_users_28d,
  coalesce(by_kind.report_events_56d, 0) as report_events_56d,
  coalesce(by_kind.report_active_days_56d, 0) as report_active_days_56d,
  coalesce(by_kind.report_active_users_56d, 0) as report_active_users_56d,
  coalesce(by_kind.report_events_84d, 0) as report_events_84d,
  coalesce(by_kind.report_active_days_84d, 0) as report_active_days_84d,
  coalesce(by_kind.report_active_users_84d, 0) as report_active_users_84d,
  case when by_kind.report_events_28d + by_kind.report_previous_events_28d > 0 then (cast(by_kind.report_events_28d as double) + 1) / (cast(by_kind.report_previous_events_28d as double) + 1) end as report_events_ratio_28d,
  coalesce(
    eligible.as_of_date - by_kind.report_last_active_date, 168
  ) as report_days_since_last_event,
  coalesce(by_kind.automate_events_7d, 0) as automate_events_7d,
  coalesce(by_kind.automate_active_days_7d, 0) as automate_active_days_7d,
  coalesce(by_kind.automate_active_users_7d, 0) as automate_active_users_7d,
  coalesce(by_kind.automate_events_14d, 0) as automate_events_14d,
  coalesce(by_kind.automate_active_days_14d, 0) as automate_active_days_14d,
  coalesce(by_kind.automate_active_users_14d, 0) as automate_active_users_14d,
  coalesce(by_kind.automate_events_28d, 0) as automate_events_28d,
  coalesce(by_kind.automate_active_days_28d, 0) as automate_active_days_28d,
  coalesce(by_kind.automate_active_users_28d, 0) as automate_active_users_28d,
  coalesce(by_kind.automate_events_56d, 0) as automate_events_56d,
  coalesce(by_kind.automate_active_days_56d, 0) as automate_active_days_56d,
  coalesce(by_kind.automate_active_users_56d, 0) as automate_active_users_56d,
  coalesce(by_kind.automate_events_84d, 0) as automate_events_84d,
  coalesce(by_kind.automate_active_days_84d, 0) as automate_active_days_84d,
  coalesce(by_kind.automate_active_users_84d, 0) as automate_active_users_84d,
  case when by_kind.automate_events_28d + by_kind.automate_previous_events_28d > 0 then (cast(by_kind.automate_events_28d as double) + 1) / (cast(by_kind.automate_previous_events_28d as double) + 1) end as automate_events_ratio_28d,
  coalesce(
    eligible.as_of_date - by_kind.automate_last_active_date, 168
  ) as automate_days_since_last_event,
  coalesce(by_kind.assess_events_7d, 0) as assess_events_7d,
  coalesce(by_kind.assess_active_days_7d, 0) as assess_active_days_7d,
  coalesce(by_kind.assess_active_users_7d, 0) as assess_active_users_7d,
  coalesce(by_kind.assess_events_14d, 0) as assess_events_14d,
  coalesce(by_kind.assess_active_days_14d, 0) as assess_active_days_14d,
  coalesce(by_kind.assess_active_users_14d, 0) as assess_active_users_14d,
  coalesce(by_kind.assess_events_28d, 0) as assess_events_28d,
  coalesce(by_kind.assess_active_days_28d, 0) as assess_active_days_28d,
  coalesce(by_kind.assess_active_users_28d, 0) as assess_active_users_28d,
  coalesce(by_kind.assess_events_56d, 0) as assess_events_56d,
  coalesce(by_kind.assess_active_days_56d, 0) as assess_active_days_56d,
  coalesce(by_kind.assess_active_users_56d, 0) as assess_active_users_56d,
  coalesce(by_kind.assess_events_84d, 0) as assess_events_84d,
  coalesce(by_kind.assess_active_days_84d, 0) as assess_active_days_84d,
  coalesce(by_kind.assess_active_users_84d, 0) as assess_active_users_84d,
  case when by_kind.assess_events_28d + by_kind.assess_previous_events_28d > 0 then (cast(by_kind.assess_events_28d as double) + 1) / (cast(by_kind.assess_previous_events_28d as double) + 1) end as assess_events_ratio_28d,
  coalesce(
    eligible.as_of_date - by_kind.assess_last_active_date, 168
  ) as assess_days_since_last_event,
  coalesce(by_kind.administer_events_7d, 0) as administer_events_7d,
  coalesce(by_kind.administer_active_days_7d, 0) as administer_active_days_7d,
  coalesce(by_kind.administer_active_users_7d, 0) as administer_active_users_7d,
  coalesce(by_kind.administer_events_14d, 0) as administer_events_14d,
  coalesce(by_kind.administer_active_days_14d, 0) as administer_active_days_14d,
  coalesce(by_kind.administer_active_users_14d, 0) as administer_active_users_14d,
  coalesce(by_kind.administer_events_28d, 0) as administer_events_28d,
  coalesce(by_kind.administer_active_days_28d, 0) as administer_active_days_28d,
  coalesce(by_kind.administer_active_users_28d, 0) as administer_active_users_28d,
  coalesce(by_kind.administer_events_56d, 0) as administer_events_56d,
  coalesce(by_kind.administer_active_days_56d, 0) as administer_active_days_56d,
  coalesce(by_kind.administer_active_users_56d, 0) as administer_active_users_56d,
  coalesce(by_kind.administer_events_84d, 0) as administer_events_84d,
  coalesce(by_kind.administer_active_days_84d, 0) as administer_active_days_84d,
  coalesce(by_kind.administer_active_users_84d, 0) as administer_active_users_84d,
  case when by_kind.administer_events_28d + by_kind.administer_previous_events_28d > 0 then (cast(by_kind.administer_events_28d as double) + 1) / (cast(by_kind.administer_previous_events_28d as double) + 1) end as administer_events_ratio_28d,
  coalesce(
    eligible.as_of_date - by_kind.administer_last_active_date, 168
  ) as administer_days_since_last_event,
  coalesce(by_kind.other_events_7d, 0) as other_events_7d,
  coalesce(by_kind.other_active_days_7d, 0) as other_active_days_7d,
  coalesce(by_kind.other_active_users_7d, 0) as other_active_users_7d,
  coalesce(by_kind.other_events_14d, 0) as other_events_14d,
  coalesce(by_kind.other_active_days_14d, 0) as other_active_days_14d,
  coalesce(by_kind.other_active_users_14d, 0) as other_active_users_14d,
  coalesce(by_kind.other_events_28d, 0) as other_events_28d,
  coalesce(by_kind.other_active_days_28d, 0) as other_active_days_28d,
  coalesce(by_kind.other_active_users_28d, 0) as other_active_users_28d,
  coalesce(by_kind.other_events_56d, 0) as other_events_56d,
  coalesce(by_kind.other_active_days_56d, 0) as other_active_days_56d,
  coalesce(by_kind.other_active_users_56d, 0) as other_active_users_56d,
  coalesce(by_kind.other_events_84d, 0) as other_events_84d,
  coalesce(by_kind.other_active_days_84d, 0) as other_active_days_84d,
  coalesce(by_kind.other_active_users_84d, 0) as other_active_users_84d,
  case when by_kind.other_events_28d + by_kind.other_previous_events_28d > 0 then (cast(by_kind.other_events_28d as double) + 1) / (cast(by_kind.other_previous_events_28d as double) + 1) end as other_events_ratio_28d,
  coalesce(
    eligible.as_of_date - by_kind.other_last_active_date, 168
  ) as other_days_since_last_event
from "intermediate"."int_eligible_accounts" as eligible
inner join "staging"."stg_accounts" as accounts
  on accounts.tenant_id = eligible.tenant_id
  and accounts.account_id = eligible.account_id
inner join tenant_activity
  on tenant_activity.tenant_id = eligible.tenant_id
  and tenant_activity.as_of_date = eligible.as_of_date
left join "intermediate"."int_activity_rhythm" as rhythm
  on rhythm.tenant_id = eligible.tenant_id
  and rhythm.account_id = eligible.account_id
  and rhythm.as_of_date = eligible.as_of_date
left join "intermediate"."int_activity_gaps" as gaps
  on gaps.tenant_id = eligible.tenant_id
  and gaps.account_id = eligible.account_id
  and gaps.as_of_date = eligible.as_of_date
left join "intermediate"."int_subscription_facts" as subscriptions
  on subscriptions.tenant_id = eligible.tenant_id
  and subscriptions.account_id = eligible.account_id
  and subscriptions.as_of_date = eligible.as_of_date
left join "intermediate"."int_support_facts" as support
  on support.tenant_id = eligible.tenant_id
  and support.account_id = eligible.account_id
  and support.as_of_date = eligible.as_of_date
left join by_kind
  on by_kind.tenant_id = eligible.tenant_id
  and by_kind.account_id = eligible.account_id
  and by_kind.as_of_date = eligible.as_of_date
