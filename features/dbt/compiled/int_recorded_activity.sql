select tenant_id, account_key, user_key, activity_date, activity_kind, known_date, event_count, quantity
from "intermediate"."int_user_daily_activity"
where account_key not in (select operator_account_key from "intermediate"."int_operator_accounts")
union all
select tenant_id, account_key, user_key, activity_date, activity_kind, known_date, event_count, quantity
from "intermediate"."int_operator_user_daily_activity"
