{%- set lists = {'score': 'drivers', 'change': 'change_drivers'} -%}
with current_scores as (
  {{ current_scores() }}
),

-- The codes: [theme, contribution, [feature, contribution, value, typical, before], …], the feature that tells it first.
{%- for explains, column in lists.items() %}
{{ explains }}_codes as (
  select
    scores.tenant_id,
    scores.account_id,
    scores.as_of_date,
    scores.feature_set_hash,
    '{{ explains }}' as explains,
    {{ element_position('each_driver') }} + 1 as position,
    {{ json_text('each_driver.value', [0]) }} as theme,
    cast({{ json_text('each_driver.value', [1]) }} as double) as contribution,
    {{ json_text('each_driver.value', [2, 0]) }} as feature,
    {{ json_text('each_driver.value', [2, 2]) }} as value_code,
    {{ json_text('each_driver.value', [2, 3]) }} as typical_code,
    {{ json_text('each_driver.value', [2, 4]) }} as before_code,
    -- The first edition wrote every driver out.
    {{ json_text('each_driver.value', ['feature']) }} as written_feature,
    {{ json_text('each_driver.value', ['label']) }} as written_label,
    {{ json_text('each_driver.value', ['value']) }} as written_value,
    {{ json_text('each_driver.value', ['typical']) }} as written_typical,
    cast({{ json_text('each_driver.value', ['contribution']) }} as double) as written_contribution,
    {{ json_text('each_driver.value', ['sentence']) }} as written_sentence,
    {{ json_text('each_driver.value', ['play']) }} as written_play
  from current_scores as scores
  {{ each_element('scores.' ~ column, 'each_driver') }}
),
{% endfor %}
coded as (
  {%- for explains in lists %}
  select * from {{ explains }}_codes
  {{ 'union all' if not loop.last }}
  {%- endfor %}
),

worded as (
  select
    coded.*,
    words.theme_label,
    coalesce(words.label, replace(coded.feature, '_', ' ')) as label,
    coalesce(words.type, 'number') as type,
    coalesce(words.risk_when, 'either') as risk_when,
    coalesce(words.is_compared, true) as is_compared,
    coalesce(words.scale, 1) as scale,
    coalesce(words.unit_one, '') as unit_one,
    coalesce(words.unit_many, '') as unit_many,
    coalesce(words.unit_short, '') as unit_short,
    coalesce(words.wording_up, replace(coded.feature, '_', ' ') || ': {value}') as wording_up,
    coalesce(words.wording_down, replace(coded.feature, '_', ' ') || ': {value}') as wording_down,
    words.wording_zero,
    words.wording_negative,
    coalesce(words.wording_none, replace(coded.feature, '_', ' ') || ': none on record') as wording_none,
    coalesce(words.wording_past, replace(coded.feature, '_', ' ') || ' {moved} from {before} to {number}') as wording_past,
    coalesce(words.wording_since, replace(coded.feature, '_', ' ') || ' {moved} from {before} to {number}') as wording_since,
    coalesce(words.play_up, '') as play_up,
    coalesce(words.play_down, '') as play_down
  from coded
  left join {{ source('scores', 'feature_words') }} as words
    on words.feature_set_hash = coded.feature_set_hash
    and words.feature = coded.feature
),

measured as (
  select
    *,
    explains = 'change' or before_code is not null as has_before,
    case when type <> 'category' then cast(value_code as double) end as value_number,
    case when type <> 'category' then cast(typical_code as double) end as typical_number,
    case when type <> 'category' then cast(before_code as double) end as before_number
  from worded
),

shown as (
  select
    *,
    case when has_before then before_number else typical_number end as reference_number,
    {{ shown_number('value_number * scale') }} as value_shown,
    {{ shown_number('typical_number * scale') }} as typical_shown,
    {{ shown_number('before_number * scale') }} as before_shown
  from measured
),

texts as (
  select
    *,
    {{ short_text('value_code', 'value_shown') }} as value_short,
    {{ long_text('value_code', 'value_shown') }} as value_long,
    {{ long_text('value_code', 'abs(value_shown)') }} as size_long,
    {{ short_text('typical_code', 'typical_shown') }} as typical_short,
    {{ long_text('typical_code', 'typical_shown') }} as typical_long,
    {{ short_text('before_code', 'before_shown') }} as before_short,
    coalesce(
      risk_when <> 'either'
      and value_number <> reference_number
      and ((risk_when = 'high') = (value_number > reference_number)) <> (contribution > 0),
      false
    ) as is_unusual,
    case
      when value_code is null then wording_none
      when value_number = 0 and wording_zero is not null then wording_zero
      when value_number < 0 and wording_negative is not null then wording_negative
      when value_number < reference_number then wording_down
      else wording_up
    end as wording
  from shown
),

said as (
  select
    *,
    case
      when has_before and value_code is null and before_code is null then wording_none
      when has_before and (value_code is null or before_code is null)
        then label || ': ' || value_short || ' now, ' || before_short || ' before'
      when has_before and value_short = before_short then {{ filled_wording('wording') }} || ', little changed'
      when has_before and value_number < 0 and wording_negative is not null then {{ filled_wording('wording_negative') }}
      when has_before and explains = 'score' then {{ filled_wording('wording_past') }}
      when has_before then {{ filled_wording('wording_since') }}
      when not is_compared or typical_code is null then {{ filled_wording('wording') }}
      when value_short = typical_short then {{ filled_wording('wording') }} || ', as is typical'
      when type = 'category' then {{ filled_wording('wording') }} || '; most common is ' || typical_short
      when value_code is null or (value_number = 0 and wording_zero is not null)
        then {{ filled_wording('wording') }} || '; typical is ' || typical_long
      else {{ filled_wording('wording') }} || '; typical is ' || typical_short
    end as clause
  from texts
)

select
  tenant_id,
  account_id,
  as_of_date,
  explains,
  cast(position as bigint) as position,
  coalesce(theme, written_feature) as theme,
  coalesce(theme_label, theme, written_label) as theme_label,
  coalesce(feature, written_feature) as feature,
  coalesce(label, written_label) as label,
  coalesce(value_code, written_value) as value,
  coalesce(typical_code, written_typical) as typical,
  before_code as before,
  coalesce(contribution, written_contribution) as contribution,
  case when coalesce(contribution, written_contribution) > 0 then 'raises' else 'lowers' end as direction,
  is_unusual,
  case
    when written_sentence is not null
      then replace(replace(written_sentence, ' (raises the risk)', ''), ' (lowers the risk)', '') || '.'
    when is_unusual then 'Unusual: ' || clause || '.'
    else upper(left(clause, 1)) || substr(clause, 2) || '.'
  end as sentence,
  case
    when written_sentence is not null then written_play
    when contribution <= 0 or value_number is null or value_number = reference_number then ''
    when reference_number is null and risk_when = 'either' then ''
    when coalesce(value_number > reference_number, risk_when = 'high') then play_up
    else play_down
  end as play
from said
