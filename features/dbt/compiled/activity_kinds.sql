select
  cast(position as bigint) as position,
  cast(activity_kind as varchar) as activity_kind,
  cast(label as varchar) as label,
  cast(unit as varchar) as unit,
  cast(risk_when as varchar) as risk_when,
  cast(play_up as varchar) as play_up,
  cast(play_down as varchar) as play_down
from (values/*each described_kind*/
  ({position}, '{kind}', '{label}', '{unit}', '{risk_when}', '{play_up}', '{play_down}')/*between*/,/*end*/
) as kinds(position, activity_kind, label, unit, risk_when, play_up, play_down)
