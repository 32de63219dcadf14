-- depends_on: "intermediate"."int_rebuilt_dates"-- Events, days and users of each kind.
with kind_activity as (
  select
    kinds.*/*each window*/,
    coalesce(users.active_users_{window}d, 0) as active_users_{window}d/*between*//*end*/
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
    eligible.as_of_date/*each kind*/,
    cast(sum(case when activity.activity_kind = '{kind}' then activity.active_days_28d else 0 end) as bigint) as {kind}_active_days_28d,
    cast(sum(case when activity.activity_kind = '{kind}' then activity.active_days_84d else 0 end) as bigint) as {kind}_active_days_84d/*between*//*end*/
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
  subscriptions.mrr_contraction_84d,/*each window*/
  coalesce(account.events_{window}d, 0) as events_{window}d,
  coalesce(account.active_days_{window}d, 0) as active_days_{window}d,
  coalesce(users.active_users_{window}d, 0) as active_users_{window}d,
  case when account.events_{window}d + account.previous_events_{window}d > 0 then (cast(account.events_{window}d as double) + 1) / (cast(account.previous_events_{window}d as double) + 1) end as events_ratio_{window}d,
  cast(/*each kind_of_use*/
    case when {kind}_activity.events_{window}d > 0 then 1 else 0 end/*between*/ +/*end*/ as bigint
  ) as kinds_used_{window}d,/*between*//*end*/
  coalesce(account.quantity_7d, 0) as quantity_7d,
  coalesce(account.quantity_28d, 0) as quantity_28d,
  coalesce(account.quantity_84d, 0) as quantity_84d,
  coalesce(eligible.as_of_date - account.last_active_date, 2 * {longest_window}) as days_since_last_event,
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
  least(coalesce(support.days_since_last_ticket, 2 * {longest_window}), 2 * {longest_window}) as days_since_last_ticket,/*each kind*//*each window*/
  coalesce({kind}_activity.events_{window}d, 0) as {kind}_events_{window}d,
  coalesce({kind}_activity.active_days_{window}d, 0) as {kind}_active_days_{window}d,
  coalesce({kind}_activity.active_users_{window}d, 0) as {kind}_active_users_{window}d,/*between*//*end*/
  round(
    (1 + coalesce({kind}_activity.active_days_28d, 0))
    / (1 + cast(tenant_kinds.{kind}_active_days_28d as double) / tenant_activity.account_count),
    9
  ) as {kind}_active_days_vs_tenant_28d,
  round(
    (1 + coalesce({kind}_activity.active_days_84d, 0))
    / (1 + cast(tenant_kinds.{kind}_active_days_84d as double) / tenant_activity.account_count),
    9
  ) as {kind}_active_days_vs_tenant_84d,
  case when {kind}_activity.events_28d + {kind}_activity.previous_events_28d > 0 then (cast({kind}_activity.events_28d as double) + 1) / (cast({kind}_activity.previous_events_28d as double) + 1) end as {kind}_events_ratio_28d,
  coalesce(
    eligible.as_of_date - {kind}_activity.last_active_date, {longest_window}
  ) as {kind}_days_since_last_event/*between*/,/*end*/
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
  and users.activity_kind = 'any'/*each kind*/
left join kind_activity as {kind}_activity
  on {kind}_activity.account_key = eligible.account_key
  and {kind}_activity.as_of_date = eligible.as_of_date
  and {kind}_activity.activity_kind = '{kind}'/*between*//*end*/
