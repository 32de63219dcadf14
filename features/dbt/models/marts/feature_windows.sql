{#- One list for all tenants, so no row of it belongs to one. -#}
{{ config(row_access_policy='') }}

select cast(window_days as bigint) as window_days
from (values {% call(window, weeks) each_window(between=', ') %}({{ window }}){% endcall %}) as windows(window_days)
