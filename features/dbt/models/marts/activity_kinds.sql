{#- One list for all tenants, so no row of it belongs to one. -#}
{{ config(row_access_policy='') }}

select
  cast(position as bigint) as position,
  cast(activity_kind as varchar) as activity_kind,
  cast(label as varchar) as label,
  cast(unit as varchar) as unit,
  cast(risk_when as varchar) as risk_when,
  cast(play_up as varchar) as play_up,
  cast(play_down as varchar) as play_down
from (values
  {%- call(position, kind, label, unit, risk_when, play_up, play_down) each_described_kind(between=',') %}
  ({{ position }}, {{ kind }}, {{ label }}, {{ unit }}, {{ risk_when }}, {{ play_up }}, {{ play_down }})
  {%- endcall %}
) as kinds(position, activity_kind, label, unit, risk_when, play_up, play_down)
