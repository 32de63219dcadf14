with days as (
  select
    hours.tenant_id,
    hours.event_date,
    hours.event_type,
    hours.event_date >= new_days.first_new_date as is_new,
    sum(hours.event_count) as event_count,
    sum(hours.userless_count) as userless_count,
    sum(hours.magnitude) as magnitude
  from "intermediate"."int_event_hours" as hours
  inner join "intermediate"."int_new_days" as new_days
    on new_days.tenant_id = hours.tenant_id
    and hours.event_date <= new_days.newest_date
  group by 1, 2, 3, 4
),

past as (
  select
    tenant_id,
    event_type,
    sum(event_count) as event_count,
    sum(userless_count) as userless_count,
    cast(sum(magnitude) as double) / sum(event_count) as mean_magnitude
  from days
  where not is_new
  group by 1, 2
),

tenant_past as (
  select
    tenant_id,
    sum(event_count) as event_count
  from past
  group by 1
),

compared as (
  select
    days.tenant_id,
    days.event_date,
    days.event_type,
    days.event_count,
    days.userless_count,
    past.event_type is null as is_new_type,
    kinds.event_type is null as is_unmapped,
    past.event_count as past_count,
    days.event_count * cast(past.userless_count as double) / past.event_count as usual_userless_count,
    cast(days.magnitude as double) / days.event_count - past.mean_magnitude as magnitude_shift
  from days
  inner join tenant_past on tenant_past.tenant_id = days.tenant_id
  left join past
    on past.tenant_id = days.tenant_id
    and past.event_type = days.event_type
  left join "staging"."stg_event_kinds" as kinds on kinds.event_type = days.event_type
  where days.is_new
    and tenant_past.event_count >= 200
),

typed as (
  select
    *,
    coalesce(abs(magnitude_shift) >= 0.8 and past_count >= 20, false) as is_shifted
  from compared
),

by_day as (
  select
    tenant_id,
    event_date,
    sum(event_count) as event_count,
    sum(case when not is_new_type then event_count - usual_userless_count else 0 end) as usual_user_count,
    sum(case when not is_new_type then userless_count - usual_userless_count else 0 end) as lost_user_count,
    sum(case when is_unmapped then event_count else 0 end) as unmapped_count,
    count(case when is_unmapped then 1 end) as unmapped_type_count,
    sum(case when is_new_type then event_count else 0 end) as new_type_count,
    sum(case when is_shifted then event_count else 0 end) as shifted_count,
    sum(case when is_shifted then event_count * magnitude_shift else 0 end) as shift_sum
  from typed
  group by 1, 2
),

-- The worst day is that of those which prove something.
day_places as (
  select
    *,
    row_number() over (partition by tenant_id order by case when usual_user_count >= 20 and lost_user_count >= 20 / 2 then lost_user_count / usual_user_count end desc nulls last, event_date) as user_place,
    row_number() over (partition by tenant_id order by cast(unmapped_count as double) / event_count desc, event_date) as unmapped_place,
    row_number() over (partition by tenant_id order by cast(new_type_count as double) / event_count desc, event_date) as new_type_place,
    row_number() over (partition by tenant_id order by case when shifted_count >= 20 / 2 then cast(shifted_count as double) / event_count end desc nulls last, event_date) as shift_place
  from by_day
  where event_count >= 20
),

-- The most frequent types behind a finding.
unmapped_names as (
  select
    tenant_id,
    event_date,
    max(case when place = 1 then event_type || ' (' || cast(cast(event_count as bigint) as varchar) || ')' end)
  || coalesce(', ' || max(case when place = 2 then event_type || ' (' || cast(cast(event_count as bigint) as varchar) || ')' end), '')
  || coalesce(', ' || max(case when place = 3 then event_type || ' (' || cast(cast(event_count as bigint) as varchar) || ')' end), '')
  || coalesce(', ' || max(case when place = 4 then event_type || ' (' || cast(cast(event_count as bigint) as varchar) || ')' end), '')
  || coalesce(', ' || max(case when place = 5 then event_type || ' (' || cast(cast(event_count as bigint) as varchar) || ')' end), '')
  || case when max(place) > 5 then ', …' else '' end as subject
  from (
    select
      *,
      row_number() over (partition by tenant_id, event_date order by event_count desc, event_type) as place
    from typed
    where is_unmapped
  ) as unmapped_types
  group by 1, 2
),
new_type_names as (
  select
    tenant_id,
    event_date,
    max(case when place = 1 then event_type || ' (' || cast(cast(event_count as bigint) as varchar) || ')' end)
  || coalesce(', ' || max(case when place = 2 then event_type || ' (' || cast(cast(event_count as bigint) as varchar) || ')' end), '')
  || coalesce(', ' || max(case when place = 3 then event_type || ' (' || cast(cast(event_count as bigint) as varchar) || ')' end), '')
  || coalesce(', ' || max(case when place = 4 then event_type || ' (' || cast(cast(event_count as bigint) as varchar) || ')' end), '')
  || coalesce(', ' || max(case when place = 5 then event_type || ' (' || cast(cast(event_count as bigint) as varchar) || ')' end), '')
  || case when max(place) > 5 then ', …' else '' end as subject
  from (
    select
      *,
      row_number() over (partition by tenant_id, event_date order by event_count desc, event_type) as place
    from typed
    where is_new_type
  ) as new_type_types
  group by 1, 2
),
shifted_names as (
  select
    tenant_id,
    event_date,
    max(case when place = 1 then event_type || ' (' || cast(cast(event_count as bigint) as varchar) || ')' end)
  || coalesce(', ' || max(case when place = 2 then event_type || ' (' || cast(cast(event_count as bigint) as varchar) || ')' end), '')
  || coalesce(', ' || max(case when place = 3 then event_type || ' (' || cast(cast(event_count as bigint) as varchar) || ')' end), '')
  || coalesce(', ' || max(case when place = 4 then event_type || ' (' || cast(cast(event_count as bigint) as varchar) || ')' end), '')
  || coalesce(', ' || max(case when place = 5 then event_type || ' (' || cast(cast(event_count as bigint) as varchar) || ')' end), '')
  || case when max(place) > 5 then ', …' else '' end as subject
  from (
    select
      *,
      row_number() over (partition by tenant_id, event_date order by event_count desc, event_type) as place
    from typed
    where is_shifted
  ) as shifted_types
  group by 1, 2
),

-- Of all history, so that what was always so is not told twice.
history as (
  select
    arrivals.tenant_id,
    sum(arrivals.event_count) as event_count,
    sum(case when kinds.event_type is null then arrivals.event_count else 0 end) as unmapped_count,
    sum(arrivals.ahead_count) as ahead_count
  from "intermediate"."int_event_arrivals" as arrivals
  left join "staging"."stg_event_kinds" as kinds on kinds.event_type = arrivals.event_type
  group by 1
),

ahead as (
  select
    tenant_id,
    sum(new_ahead_count) as ahead_count,
    sum(new_count) as event_count
  from "intermediate"."int_event_hours"
  group by 1
),

account_days as (
  select
    activity.tenant_id,
    activity.activity_date as event_date,
    keys.account_id,
    sum(activity.event_count) as event_count,
    max(case when totals.is_known then 1 else 0 end) as is_known,
    max(case when totals.first_active_date >= new_days.first_new_date then 1 else 0 end) as is_first_active
  from "intermediate"."int_user_daily_activity" as activity
  inner join "intermediate"."int_new_days" as new_days
    on new_days.tenant_id = activity.tenant_id
    and activity.activity_date between new_days.first_new_date and new_days.newest_date
  inner join "intermediate"."int_account_keys" as keys on keys.account_key = activity.account_key
  inner join "intermediate"."int_account_totals" as totals
    on totals.tenant_id = keys.tenant_id
    and totals.account_id = keys.account_id
  group by 1, 2, 3
),

known_elsewhere as (
  select
    account_id,
    min(tenant_id) as first_tenant_id,
    max(tenant_id) as last_tenant_id
  from "staging"."stg_accounts"
  where tenant_id <> 'platform'
  group by 1
),

-- Joined by the id alone: an outer join by an `or` besides compares all pairs.
told_apart as (
  select
    account_days.*,
    coalesce(
      known_elsewhere.first_tenant_id <> account_days.tenant_id or known_elsewhere.last_tenant_id <> account_days.tenant_id, false
    ) as is_elsewhere
  from account_days
  left join known_elsewhere on known_elsewhere.account_id = account_days.account_id
),

account_day_sums as (
  select
    tenant_id,
    event_date,
    sum(event_count) as event_count,
    count(*) as account_count,
    sum(case when is_known = 0 and not is_elsewhere then event_count else 0 end) as orphan_count,
    count(case when is_known = 0 and not is_elsewhere then 1 end) as orphan_account_count,
    sum(case when is_known = 0 and is_elsewhere then event_count else 0 end) as foreign_count,
    count(case when is_known = 0 and is_elsewhere then 1 end) as foreign_account_count,
    count(case when is_first_active = 1 then 1 end) as new_account_count
  from told_apart
  group by 1, 2
),

account_day_places as (
  select
    sums.*,
    row_number() over (partition by sums.tenant_id order by cast(sums.orphan_count as double) / sums.event_count desc, sums.event_date) as orphan_place,
    row_number() over (partition by sums.tenant_id order by cast(sums.foreign_count as double) / sums.event_count desc, sums.event_date) as foreign_place,
    row_number() over (
      partition by sums.tenant_id
      order by
        case
          when sums.new_account_count >= 5 and (sums.orphan_count + sums.foreign_count) * 2 < sums.event_count
            then cast(sums.new_account_count as double) / sums.account_count
        end desc nulls last,
        sums.event_date
    ) as new_place
  from account_day_sums as sums
  inner join tenant_past on tenant_past.tenant_id = sums.tenant_id
  where sums.event_count >= 20
    and tenant_past.event_count >= 200
),

orphan_history as (
  select
    tenant_id,
    sum(event_count) as event_count,
    sum(case when is_known then 0 else event_count end) as orphan_count
  from "intermediate"."int_account_totals"
  group by 1
),

-- Tenants begin with new accounts. Only where accounts were at work before can they be replaced.
settled as (
  select
    totals.tenant_id,
    count(*) as account_count
  from "intermediate"."int_account_totals" as totals
  inner join "intermediate"."int_new_days" as new_days on new_days.tenant_id = totals.tenant_id
  where totals.last_active_date >= new_days.first_new_date - 14
    and totals.first_active_date < new_days.first_new_date - 14
  group by 1
),

copies as (
  select
    *,
    cast(copy_count as double) / event_count as copy_share
  from "intermediate"."int_event_copies"
),

copy_places as (
  select
    *,
    row_number() over (partition by tenant_id order by copy_share desc, event_date) as place
  from copies
  where event_count >= 20
),

hour_places as (
  select
    *,
    row_number() over (partition by tenant_id order by gain desc, event_date) as place
  from "intermediate"."int_hour_shifts"
  where shift_hours <> 0
    and event_count >= 20
    and gain >= 0.3
    and gain * event_count >= 15
)

select
  tenant_id,
  cast('user_id' as varchar) as reason,
  cast('missing_values' as varchar) as finding,
  cast(null as varchar) as subject,
  cast(round(lost_user_count) as bigint) as row_count,
  cast(round(usual_user_count) as bigint) as total_count,
  cast(null as double) as quantity,
  cast(event_date as date) as first_date,
  cast(event_date as date) as last_date
from day_places
where user_place = 1
  and usual_user_count >= 20
  and lost_user_count >= 20 / 2
union all
select
  places.tenant_id,
  cast('new_days' as varchar) as reason,
  cast('unmapped_event_types' as varchar) as finding,
  cast(names.subject as varchar) as subject,
  cast(places.unmapped_count as bigint) as row_count,
  cast(places.event_count as bigint) as total_count,
  cast(places.unmapped_type_count as double) as quantity,
  cast(places.event_date as date) as first_date,
  cast(places.event_date as date) as last_date
from day_places as places
inner join history on history.tenant_id = places.tenant_id
inner join unmapped_names as names
  on names.tenant_id = places.tenant_id
  and names.event_date = places.event_date
where places.unmapped_place = 1
  and places.unmapped_count * history.event_count > 2 * history.unmapped_count * places.event_count
union all
select
  places.tenant_id,
  cast('event_type' as varchar) as reason,
  cast('new_categories' as varchar) as finding,
  cast(names.subject as varchar) as subject,
  cast(places.new_type_count as bigint) as row_count,
  cast(places.event_count as bigint) as total_count,
  cast(null as double) as quantity,
  cast(places.event_date as date) as first_date,
  cast(places.event_date as date) as last_date
from day_places as places
inner join new_type_names as names
  on names.tenant_id = places.tenant_id
  and names.event_date = places.event_date
where places.new_type_place = 1
union all
select
  places.tenant_id,
  cast('quantity' as varchar) as reason,
  cast('quantity_jumps' as varchar) as finding,
  cast(names.subject as varchar) as subject,
  cast(places.shifted_count as bigint) as row_count,
  cast(places.event_count as bigint) as total_count,
  cast(power(10, round(places.shift_sum / places.shifted_count, 1)) as double) as quantity,
  cast(places.event_date as date) as first_date,
  cast(places.event_date as date) as last_date
from day_places as places
inner join shifted_names as names
  on names.tenant_id = places.tenant_id
  and names.event_date = places.event_date
where places.shift_place = 1
  and places.shifted_count >= 20 / 2
union all
select
  ahead.tenant_id,
  cast('new_days' as varchar) as reason,
  cast('events_ahead_of_loading' as varchar) as finding,
  cast(null as varchar) as subject,
  cast(ahead.ahead_count as bigint) as row_count,
  cast(ahead.event_count as bigint) as total_count,
  cast(null as double) as quantity,
  cast(null as date) as first_date,
  cast(null as date) as last_date
from ahead
inner join history on history.tenant_id = ahead.tenant_id
where ahead.ahead_count > 0
  and ahead.event_count >= 20
  and ahead.ahead_count * history.event_count > 2 * history.ahead_count * ahead.event_count
union all
select
  places.tenant_id,
  cast('new_days' as varchar) as reason,
  cast('orphan_events' as varchar) as finding,
  cast(null as varchar) as subject,
  cast(places.orphan_count as bigint) as row_count,
  cast(places.event_count as bigint) as total_count,
  cast(places.orphan_account_count as double) as quantity,
  cast(places.event_date as date) as first_date,
  cast(places.event_date as date) as last_date
from account_day_places as places
inner join orphan_history on orphan_history.tenant_id = places.tenant_id
where places.orphan_place = 1
  and places.orphan_count > 0
  and places.orphan_count * orphan_history.event_count > 2 * orphan_history.orphan_count * places.event_count
union all
select
  tenant_id,
  cast('account_id' as varchar) as reason,
  cast('foreign_events' as varchar) as finding,
  cast(null as varchar) as subject,
  cast(foreign_count as bigint) as row_count,
  cast(event_count as bigint) as total_count,
  cast(foreign_account_count as double) as quantity,
  cast(event_date as date) as first_date,
  cast(event_date as date) as last_date
from account_day_places
where foreign_place = 1
  and foreign_count > 0
union all
select
  places.tenant_id,
  cast('account_id' as varchar) as reason,
  cast('rekeyed_accounts' as varchar) as finding,
  cast(null as varchar) as subject,
  cast(places.new_account_count as bigint) as row_count,
  cast(places.account_count as bigint) as total_count,
  cast(null as double) as quantity,
  cast(places.event_date as date) as first_date,
  cast(places.event_date as date) as last_date
from account_day_places as places
inner join settled on settled.tenant_id = places.tenant_id
where places.new_place = 1
  and places.new_account_count >= 5
  and settled.account_count >= 5
  and (places.orphan_count + places.foreign_count) * 2 < places.event_count
union all
select
  tenant_id,
  cast('platform_events' as varchar) as reason,
  cast('doubled_events' as varchar) as finding,
  cast(null as varchar) as subject,
  cast(copy_count as bigint) as row_count,
  cast(event_count as bigint) as total_count,
  cast(null as double) as quantity,
  cast(event_date as date) as first_date,
  cast(event_date as date) as last_date
from copy_places
where place = 1
  and copy_count > 0
union all
select
  tenant_id,
  cast('event_time' as varchar) as reason,
  cast('shifted_hours' as varchar) as finding,
  cast(null as varchar) as subject,
  cast(event_count as bigint) as row_count,
  cast(event_count as bigint) as total_count,
  cast(shift_hours as double) as quantity,
  cast(event_date as date) as first_date,
  cast(event_date as date) as last_date
from hour_places
where place = 1
union all
select
  arrivals.tenant_id,
  cast('platform_events' as varchar) as reason,
  cast('lost_rows' as varchar) as finding,
  cast(null as varchar) as subject,
  cast(abs(arrivals.event_count - totals.event_count) as bigint) as row_count,
  cast(arrivals.event_count as bigint) as total_count,
  cast(null as double) as quantity,
  cast(null as date) as first_date,
  cast(null as date) as last_date
from (
  select tenant_id, sum(event_count) as event_count
  from "intermediate"."int_event_arrivals"
  group by 1
) as arrivals
inner join orphan_history as totals on totals.tenant_id = arrivals.tenant_id
where arrivals.event_count <> totals.event_count
