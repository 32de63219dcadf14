with activity as (
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

-- One row per account and as-of date that had any activity in the lookback, its kinds side by side.
by_kind as (
  select
    account_key,
    as_of_date,
    max(case when activity_kind = 'session' then events_7d else 0 end) as session_events_7d,
    max(case when activity_kind = 'session' then active_days_7d else 0 end) as session_active_days_7d,
    max(case when activity_kind = 'session' then active_users_7d else 0 end) as session_active_users_7d,
    max(case when activity_kind = 'session' then events_14d else 0 end) as session_events_14d,
    max(case when activity_kind = 'session' then active_days_14d else 0 end) as session_active_days_14d,
    max(case when activity_kind = 'session' then active_users_14d else 0 end) as session_active_users_14d,
    max(case when activity_kind = 'session' then events_28d else 0 end) as session_events_28d,
    max(case when activity_kind = 'session' then active_days_28d else 0 end) as session_active_days_28d,
    max(case when activity_kind = 'session' then active_users_28d else 0 end) as session_active_users_28d,
    max(case when activity_kind = 'session' then events_56d else 0 end) as session_events_56d,
    max(case when activity_kind = 'session' then active_days_56d else 0 end) as session_active_days_56d,
    max(case when activity_kind = 'session' then active_users_56d else 0 end) as session_active_users_56d,
    max(case when activity_kind = 'session' then events_84d else 0 end) as session_events_84d,
    max(case when activity_kind = 'session' then active_days_84d else 0 end) as session_active_days_84d,
    max(case when activity_kind = 'session' then active_users_84d else 0 end) as session_active_users_84d,
    max(case when activity_kind = 'session' then previous_events_28d else 0 end) as session_previous_events_28d,
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
    max(case when activity_kind = 'record' then events_56d else 0 end) as record_events_56d,
    max(case when activity_kind = 'record' then active_days_56d else 0 end) as record_active_days_56d,
    max(case when activity_kind = 'record' then active_users_56d else 0 end) as record_active_users_56d,
    max(case when activity_kind = 'record' then events_84d else 0 end) as record_events_84d,
    max(case when activity_kind = 'record' then active_days_84d else 0 end) as record_active_days_84d,
    max(case when activity_kind = 'record' then active_users_84d else 0 end) as record_active_users_84d,
    max(case when activity_kind = 'record' then previous_events_28d else 0 end) as record_previous_events_28d,
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
    max(case when activity_kind = 'communicate' then events_56d else 0 end) as communicate_events_56d,
    max(case when activity_kind = 'communicate' then active_days_56d else 0 end) as communicate_active_days_56d,
    max(case when activity_kind = 'communicate' then active_users_56d else 0 end) as communicate_active_users_56d,
    max(case when activity_kind = 'communicate' then events_84d else 0 end) as communicate_events_84d,
    max(case when activity_kind = 'communicate' then active_days_84d else 0 end) as communicate_active_days_84d,
    max(case when activity_kind = 'communicate' then active_users_84d else 0 end) as communicate_active_users_84d,
    max(case when activity_kind = 'communicate' then previous_events_28d else 0 end) as communicate_previous_events_28d,
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
    max(case when activity_kind = 'content' then events_56d else 0 end) as content_events_56d,
    max(case when activity_kind = 'content' then active_days_56d else 0 end) as content_active_days_56d,
    max(case when activity_kind = 'content' then active_users_56d else 0 end) as content_active_users_56d,
    max(case when activity_kind = 'content' then events_84d else 0 end) as content_events_84d,
    max(case when activity_kind = 'content' then active_days_84d else 0 end) as content_active_days_84d,
    max(case when activity_kind = 'content' then active_users_84d else 0 end) as content_active_users_84d,
    max(case when activity_kind = 'content' then previous_events_28d else 0 end) as content_previous_events_28d,
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
    max(case when activity_kind = 'report' then events_56d else 0 end) as report_events_56d,
    max(case when activity_kind = 'report' then active_days_56d else 0 end) as report_active_days_56d,
    max(case when activity_kind = 'report' then active_users_56d else 0 end) as report_active_users_56d,
    max(case when activity_kind = 'report' then events_84d else 0 end) as report_events_84d,
    max(case when activity_kind = 'report' then active_days_84d else 0 end) as report_active_days_84d,
    max(case when activity_kind = 'report' then active_users_84d else 0 end) as report_active_users_84d,
    max(case when activity_kind = 'report' then previous_events_28d else 0 end) as report_previous_events_28d,
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
    max(case when activity_kind = 'automate' then events_56d else 0 end) as automate_events_56d,
    max(case when activity_kind = 'automate' then active_days_56d else 0 end) as automate_active_days_56d,
    max(case when activity_kind = 'automate' then active_users_56d else 0 end) as automate_active_users_56d,
    max(case when activity_kind = 'automate' then events_84d else 0 end) as automate_events_84d,
    max(case when activity_kind = 'automate' then active_days_84d else 0 end) as automate_active_days_84d,
    max(case when activity_kind = 'automate' then active_users_84d else 0 end) as automate_active_users_84d,
    max(case when activity_kind = 'automate' then previous_events_28d else 0 end) as automate_previous_events_28d,
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
    max(case when activity_kind = 'assess' then events_56d else 0 end) as assess_events_56d,
    max(case when activity_kind = 'assess' then active_days_56d else 0 end) as assess_active_days_56d,
    max(case when activity_kind = 'assess' then active_users_56d else 0 end) as assess_active_users_56d,
    max(case when activity_kind = 'assess' then events_84d else 0 end) as assess_events_84d,
    max(case when activity_kind = 'assess' then active_days_84d else 0 end) as assess_active_days_84d,
    max(case when activity_kind = 'assess' then active_users_84d else 0 end) as assess_active_users_84d,
    max(case when activity_kind = 'assess' then previous_events_28d else 0 end) as assess_previous_events_28d,
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
    max(case when activity_kind = 'administer' then events_56d else 0 end) as administer_events_56d,
    max(case when activity_kind = 'administer' then active_days_56d else 0 end) as administer_active_days_56d,
    max(case when activity_kind = 'administer' then active_users_56d else 0 end) as administer_active_users_56d,
    max(case when activity_kind = 'administer' then events_84d else 0 end) as administer_events_84d,
    max(case when activity_kind = 'administer' then active_days_84d else 0 end) as administer_active_days_84d,
    max(case when activity_kind = 'administer' then active_users_84d else 0 end) as administer_active_users_84d,
    max(case when activity_kind = 'administer' then previous_events_28d else 0 end) as administer_previous_events_28d,
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
    max(case when activity_kind = 'other' then events_56d else 0 end) as other_events_56d,
    max(case when activity_kind = 'other' then active_days_56d else 0 end) as other_active_days_56d,
    max(case when activity_kind = 'other' then active_users_56d else 0 end) as other_active_users_56d,
    max(case when activity_kind = 'other' then events_84d else 0 end) as other_events_84d,
    max(case when activity_kind = 'other' then active_days_84d else 0 end) as other_active_days_84d,
    max(case when activity_kind = 'other' then active_users_84d else 0 end) as other_active_users_84d,
    max(case when activity_kind = 'other' then previous_events_28d else 0 end) as other_previous_events_28d,
    max(case when activity_kind = 'other' then last_active_date end) as other_last_active_date
  from activity
  group by 1, 2
),

-- What everybody in the tenant did: separates a quiet season from an account that goes quiet.
tenant_activity as (
  select
    eligible.tenant_id,
    eligible.as_of_date,
    median(coalesce(account.events_28d, 0)) as median_events_28d,
    cast(sum(coalesce(account.events_28d, 0)) as bigint) as events_28d,
    cast(sum(coalesce(account.previous_events_28d, 0)) as bigint) as previous_events_28d
  from "intermediate"."int_eligible_accounts" as eligible
  left join "intermediate"."int_account_activity" as account
    on account.account_key = eligible.account_key
    and account.as_of_date = eligible.as_of_date
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
  coalesce(account.events_7d, 0) as events_7d,
  coalesce(account.active_days_7d, 0) as active_days_7d,
  coalesce(users.active_users_7d, 0) as active_users_7d,
  case when account.events_7d + account.previous_events_7d > 0 then (cast(account.events_7d as double) + 1) / (cast(account.previous_events_7d as double) + 1) end as events_ratio_7d,
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
  coalesce(account.events_14d, 0) as events_14d,
  coalesce(account.active_days_14d, 0) as active_days_14d,
  coalesce(users.active_users_14d, 0) as active_users_14d,
  case when account.events_14d + account.previous_events_14d > 0 then (cast(account.events_14d as double) + 1) / (cast(account.previous_events_14d as double) + 1) end as events_ratio_14d,
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
  coalesce(account.events_28d, 0) as events_28d,
  coalesce(account.active_days_28d, 0) as active_days_28d,
  coalesce(users.active_users_28d, 0) as active_users_28d,
  case when account.events_28d + account.previous_events_28d > 0 then (cast(account.events_28d as double) + 1) / (cast(account.previous_events_28d as double) + 1) end as events_ratio_28d,
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
  coalesce(account.events_56d, 0) as events_56d,
  coalesce(account.active_days_56d, 0) as active_days_56d,
  coalesce(users.active_users_56d, 0) as active_users_56d,
  case when account.events_56d + account.previous_events_56d > 0 then (cast(account.events_56d as double) + 1) / (cast(account.previous_events_56d as double) + 1) end as events_ratio_56d,
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
  coalesce(account.events_84d, 0) as events_84d,
  coalesce(account.active_days_84d, 0) as active_days_84d,
  coalesce(users.active_users_84d, 0) as active_users_84d,
  case when account.events_84d + account.previous_events_84d > 0 then (cast(account.events_84d as double) + 1) / (cast(account.previous_events_84d as double) + 1) end as events_ratio_84d,
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
    ln(cast(1 + coalesce(account.events_28d, 0) as double) / (1 + tenant_activity.median_events_28d)), 9
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
left join by_kind
  on by_kind.account_key = eligible.account_key
  and by_kind.as_of_date = eligible.as_of_date
left join "intermediate"."int_user_activity" as users
  on users.account_key = eligible.account_key
  and users.as_of_date = eligible.as_of_date
  and users.activity_kind = 'any'
