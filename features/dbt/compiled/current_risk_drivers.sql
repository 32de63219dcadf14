with current_scores as (
  select *
  from (
    select
      scores.*,
      current_runs.feature_set_hash,
      row_number() over (partition by scores.tenant_id, scores.account_id order by scores.revision desc) as recency
    from "scores"."account_churn_scores" as scores
    inner join (
      select tenant_id, as_of_date, model_name, model_version, feature_set_hash
  from (
    select
      tenant_id,
      as_of_date,
      model_name,
      model_version,
      feature_set_hash,
      row_number() over (partition by tenant_id order by as_of_date desc, finished_at desc, run_id desc) as recency
    from "scores"."score_runs"
    where status = 'succeeded'
      and model_alias = 'champion'
      and as_of_date is not null
  ) as ranked
  where recency = 1
    ) as current_runs
      on current_runs.tenant_id = scores.tenant_id
      and current_runs.as_of_date = scores.as_of_date
      and current_runs.model_name = scores.model_name
      and current_runs.model_version = scores.model_version
  ) as revisions
  where recency = 1
    and not is_withdrawn
),

-- The codes: [theme, contribution, [feature, contribution, value, typical, before], …], the feature that tells it first.
score_codes as (
  select
    scores.tenant_id,
    scores.account_id,
    scores.as_of_date,
    scores.feature_set_hash,
    'score' as explains,
    cast(each_driver.key as bigint) + 1 as position,
    each_driver.value ->> '$[0]' as theme,
    cast(each_driver.value ->> '$[1]' as double) as contribution,
    each_driver.value ->> '$[2][0]' as feature,
    each_driver.value ->> '$[2][2]' as value_code,
    each_driver.value ->> '$[2][3]' as typical_code,
    each_driver.value ->> '$[2][4]' as before_code,
    -- The first edition wrote every driver out.
    each_driver.value ->> '$.feature' as written_feature,
    each_driver.value ->> '$.label' as written_label,
    each_driver.value ->> '$.value' as written_value,
    each_driver.value ->> '$.typical' as written_typical,
    cast(each_driver.value ->> '$.contribution' as double) as written_contribution,
    each_driver.value ->> '$.sentence' as written_sentence,
    each_driver.value ->> '$.play' as written_play
  from current_scores as scores
  cross join json_each(scores.drivers) as each_driver
),

change_codes as (
  select
    scores.tenant_id,
    scores.account_id,
    scores.as_of_date,
    scores.feature_set_hash,
    'change' as explains,
    cast(each_driver.key as bigint) + 1 as position,
    each_driver.value ->> '$[0]' as theme,
    cast(each_driver.value ->> '$[1]' as double) as contribution,
    each_driver.value ->> '$[2][0]' as feature,
    each_driver.value ->> '$[2][2]' as value_code,
    each_driver.value ->> '$[2][3]' as typical_code,
    each_driver.value ->> '$[2][4]' as before_code,
    -- The first edition wrote every driver out.
    each_driver.value ->> '$.feature' as written_feature,
    each_driver.value ->> '$.label' as written_label,
    each_driver.value ->> '$.value' as written_value,
    each_driver.value ->> '$.typical' as written_typical,
    cast(each_driver.value ->> '$.contribution' as double) as written_contribution,
    each_driver.value ->> '$.sentence' as written_sentence,
    each_driver.value ->> '$.play' as written_play
  from current_scores as scores
  cross join json_each(scores.change_drivers) as each_driver
),

coded as (
  select * from score_codes
  union all
  select * from change_codes

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
  left join "scores"."feature_words" as words
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
    case
    when abs(value_number * scale) >= 10 then round(value_number * scale)
    when abs(value_number * scale) >= 1 then round(value_number * scale * 10) / 10
    else round(value_number * scale * 100) / 100
  end as value_shown,
    case
    when abs(typical_number * scale) >= 10 then round(typical_number * scale)
    when abs(typical_number * scale) >= 1 then round(typical_number * scale * 10) / 10
    else round(typical_number * scale * 100) / 100
  end as typical_shown,
    case
    when abs(before_number * scale) >= 10 then round(before_number * scale)
    when abs(before_number * scale) >= 1 then round(before_number * scale * 10) / 10
    else round(before_number * scale * 100) / 100
  end as before_shown
  from measured
),

texts as (
  select
    *,
    case
    when value_code is null then 'none'
    when type = 'category' then value_code
    when type = 'boolean' then case when value_code = '0' then 'no' else 'yes' end
    else case
    when value_shown = floor(value_shown) then case when value_shown < 0 then '-' else '' end || case
      when abs(value_shown) < 1000 then cast(cast(abs(value_shown) as bigint) as varchar)
      when abs(value_shown) < 1000000
        then left(cast(cast(abs(value_shown) as bigint) as varchar), length(cast(cast(abs(value_shown) as bigint) as varchar)) - 3) || ',' || right(cast(cast(abs(value_shown) as bigint) as varchar), 3)
      when abs(value_shown) < 1000000000
        then left(cast(cast(abs(value_shown) as bigint) as varchar), length(cast(cast(abs(value_shown) as bigint) as varchar)) - 6) || ',' || left(right(cast(cast(abs(value_shown) as bigint) as varchar), 6), 3) || ',' || right(cast(cast(abs(value_shown) as bigint) as varchar), 3)
      else left(cast(cast(abs(value_shown) as bigint) as varchar), length(cast(cast(abs(value_shown) as bigint) as varchar)) - 9) || ',' || left(right(cast(cast(abs(value_shown) as bigint) as varchar), 9), 3) || ',' || left(right(cast(cast(abs(value_shown) as bigint) as varchar), 6), 3) || ',' || right(cast(cast(abs(value_shown) as bigint) as varchar), 3)
    end
    else cast(value_shown as varchar)
  end || unit_short
  end as value_short,
    case
    when value_code is null or type <> 'number' then case
    when value_code is null then 'none'
    when type = 'category' then value_code
    when type = 'boolean' then case when value_code = '0' then 'no' else 'yes' end
    else case
    when value_shown = floor(value_shown) then case when value_shown < 0 then '-' else '' end || case
      when abs(value_shown) < 1000 then cast(cast(abs(value_shown) as bigint) as varchar)
      when abs(value_shown) < 1000000
        then left(cast(cast(abs(value_shown) as bigint) as varchar), length(cast(cast(abs(value_shown) as bigint) as varchar)) - 3) || ',' || right(cast(cast(abs(value_shown) as bigint) as varchar), 3)
      when abs(value_shown) < 1000000000
        then left(cast(cast(abs(value_shown) as bigint) as varchar), length(cast(cast(abs(value_shown) as bigint) as varchar)) - 6) || ',' || left(right(cast(cast(abs(value_shown) as bigint) as varchar), 6), 3) || ',' || right(cast(cast(abs(value_shown) as bigint) as varchar), 3)
      else left(cast(cast(abs(value_shown) as bigint) as varchar), length(cast(cast(abs(value_shown) as bigint) as varchar)) - 9) || ',' || left(right(cast(cast(abs(value_shown) as bigint) as varchar), 9), 3) || ',' || left(right(cast(cast(abs(value_shown) as bigint) as varchar), 6), 3) || ',' || right(cast(cast(abs(value_shown) as bigint) as varchar), 3)
    end
    else cast(value_shown as varchar)
  end || unit_short
  end
    else case
    when value_shown = floor(value_shown) then case when value_shown < 0 then '-' else '' end || case
      when abs(value_shown) < 1000 then cast(cast(abs(value_shown) as bigint) as varchar)
      when abs(value_shown) < 1000000
        then left(cast(cast(abs(value_shown) as bigint) as varchar), length(cast(cast(abs(value_shown) as bigint) as varchar)) - 3) || ',' || right(cast(cast(abs(value_shown) as bigint) as varchar), 3)
      when abs(value_shown) < 1000000000
        then left(cast(cast(abs(value_shown) as bigint) as varchar), length(cast(cast(abs(value_shown) as bigint) as varchar)) - 6) || ',' || left(right(cast(cast(abs(value_shown) as bigint) as varchar), 6), 3) || ',' || right(cast(cast(abs(value_shown) as bigint) as varchar), 3)
      else left(cast(cast(abs(value_shown) as bigint) as varchar), length(cast(cast(abs(value_shown) as bigint) as varchar)) - 9) || ',' || left(right(cast(cast(abs(value_shown) as bigint) as varchar), 9), 3) || ',' || left(right(cast(cast(abs(value_shown) as bigint) as varchar), 6), 3) || ',' || right(cast(cast(abs(value_shown) as bigint) as varchar), 3)
    end
    else cast(value_shown as varchar)
  end || case when abs(value_shown) = 1 then unit_one else unit_many end
  end as value_long,
    case
    when value_code is null or type <> 'number' then case
    when value_code is null then 'none'
    when type = 'category' then value_code
    when type = 'boolean' then case when value_code = '0' then 'no' else 'yes' end
    else case
    when abs(value_shown) = floor(abs(value_shown)) then case when abs(value_shown) < 0 then '-' else '' end || case
      when abs(abs(value_shown)) < 1000 then cast(cast(abs(abs(value_shown)) as bigint) as varchar)
      when abs(abs(value_shown)) < 1000000
        then left(cast(cast(abs(abs(value_shown)) as bigint) as varchar), length(cast(cast(abs(abs(value_shown)) as bigint) as varchar)) - 3) || ',' || right(cast(cast(abs(abs(value_shown)) as bigint) as varchar), 3)
      when abs(abs(value_shown)) < 1000000000
        then left(cast(cast(abs(abs(value_shown)) as bigint) as varchar), length(cast(cast(abs(abs(value_shown)) as bigint) as varchar)) - 6) || ',' || left(right(cast(cast(abs(abs(value_shown)) as bigint) as varchar), 6), 3) || ',' || right(cast(cast(abs(abs(value_shown)) as bigint) as varchar), 3)
      else left(cast(cast(abs(abs(value_shown)) as bigint) as varchar), length(cast(cast(abs(abs(value_shown)) as bigint) as varchar)) - 9) || ',' || left(right(cast(cast(abs(abs(value_shown)) as bigint) as varchar), 9), 3) || ',' || left(right(cast(cast(abs(abs(value_shown)) as bigint) as varchar), 6), 3) || ',' || right(cast(cast(abs(abs(value_shown)) as bigint) as varchar), 3)
    end
    else cast(abs(value_shown) as varchar)
  end || unit_short
  end
    else case
    when abs(value_shown) = floor(abs(value_shown)) then case when abs(value_shown) < 0 then '-' else '' end || case
      when abs(abs(value_shown)) < 1000 then cast(cast(abs(abs(value_shown)) as bigint) as varchar)
      when abs(abs(value_shown)) < 1000000
        then left(cast(cast(abs(abs(value_shown)) as bigint) as varchar), length(cast(cast(abs(abs(value_shown)) as bigint) as varchar)) - 3) || ',' || right(cast(cast(abs(abs(value_shown)) as bigint) as varchar), 3)
      when abs(abs(value_shown)) < 1000000000
        then left(cast(cast(abs(abs(value_shown)) as bigint) as varchar), length(cast(cast(abs(abs(value_shown)) as bigint) as varchar)) - 6) || ',' || left(right(cast(cast(abs(abs(value_shown)) as bigint) as varchar), 6), 3) || ',' || right(cast(cast(abs(abs(value_shown)) as bigint) as varchar), 3)
      else left(cast(cast(abs(abs(value_shown)) as bigint) as varchar), length(cast(cast(abs(abs(value_shown)) as bigint) as varchar)) - 9) || ',' || left(right(cast(cast(abs(abs(value_shown)) as bigint) as varchar), 9), 3) || ',' || left(right(cast(cast(abs(abs(value_shown)) as bigint) as varchar), 6), 3) || ',' || right(cast(cast(abs(abs(value_shown)) as bigint) as varchar), 3)
    end
    else cast(abs(value_shown) as varchar)
  end || case when abs(abs(value_shown)) = 1 then unit_one else unit_many end
  end as size_long,
    case
    when typical_code is null then 'none'
    when type = 'category' then typical_code
    when type = 'boolean' then case when typical_code = '0' then 'no' else 'yes' end
    else case
    when typical_shown = floor(typical_shown) then case when typical_shown < 0 then '-' else '' end || case
      when abs(typical_shown) < 1000 then cast(cast(abs(typical_shown) as bigint) as varchar)
      when abs(typical_shown) < 1000000
        then left(cast(cast(abs(typical_shown) as bigint) as varchar), length(cast(cast(abs(typical_shown) as bigint) as varchar)) - 3) || ',' || right(cast(cast(abs(typical_shown) as bigint) as varchar), 3)
      when abs(typical_shown) < 1000000000
        then left(cast(cast(abs(typical_shown) as bigint) as varchar), length(cast(cast(abs(typical_shown) as bigint) as varchar)) - 6) || ',' || left(right(cast(cast(abs(typical_shown) as bigint) as varchar), 6), 3) || ',' || right(cast(cast(abs(typical_shown) as bigint) as varchar), 3)
      else left(cast(cast(abs(typical_shown) as bigint) as varchar), length(cast(cast(abs(typical_shown) as bigint) as varchar)) - 9) || ',' || left(right(cast(cast(abs(typical_shown) as bigint) as varchar), 9), 3) || ',' || left(right(cast(cast(abs(typical_shown) as bigint) as varchar), 6), 3) || ',' || right(cast(cast(abs(typical_shown) as bigint) as varchar), 3)
    end
    else cast(typical_shown as varchar)
  end || unit_short
  end as typical_short,
    case
    when typical_code is null or type <> 'number' then case
    when typical_code is null then 'none'
    when type = 'category' then typical_code
    when type = 'boolean' then case when typical_code = '0' then 'no' else 'yes' end
    else case
    when typical_shown = floor(typical_shown) then case when typical_shown < 0 then '-' else '' end || case
      when abs(typical_shown) < 1000 then cast(cast(abs(typical_shown) as bigint) as varchar)
      when abs(typical_shown) < 1000000
        then left(cast(cast(abs(typical_shown) as bigint) as varchar), length(cast(cast(abs(typical_shown) as bigint) as varchar)) - 3) || ',' || right(cast(cast(abs(typical_shown) as bigint) as varchar), 3)
      when abs(typical_shown) < 1000000000
        then left(cast(cast(abs(typical_shown) as bigint) as varchar), length(cast(cast(abs(typical_shown) as bigint) as varchar)) - 6) || ',' || left(right(cast(cast(abs(typical_shown) as bigint) as varchar), 6), 3) || ',' || right(cast(cast(abs(typical_shown) as bigint) as varchar), 3)
      else left(cast(cast(abs(typical_shown) as bigint) as varchar), length(cast(cast(abs(typical_shown) as bigint) as varchar)) - 9) || ',' || left(right(cast(cast(abs(typical_shown) as bigint) as varchar), 9), 3) || ',' || left(right(cast(cast(abs(typical_shown) as bigint) as varchar), 6), 3) || ',' || right(cast(cast(abs(typical_shown) as bigint) as varchar), 3)
    end
    else cast(typical_shown as varchar)
  end || unit_short
  end
    else case
    when typical_shown = floor(typical_shown) then case when typical_shown < 0 then '-' else '' end || case
      when abs(typical_shown) < 1000 then cast(cast(abs(typical_shown) as bigint) as varchar)
      when abs(typical_shown) < 1000000
        then left(cast(cast(abs(typical_shown) as bigint) as varchar), length(cast(cast(abs(typical_shown) as bigint) as varchar)) - 3) || ',' || right(cast(cast(abs(typical_shown) as bigint) as varchar), 3)
      when abs(typical_shown) < 1000000000
        then left(cast(cast(abs(typical_shown) as bigint) as varchar), length(cast(cast(abs(typical_shown) as bigint) as varchar)) - 6) || ',' || left(right(cast(cast(abs(typical_shown) as bigint) as varchar), 6), 3) || ',' || right(cast(cast(abs(typical_shown) as bigint) as varchar), 3)
      else left(cast(cast(abs(typical_shown) as bigint) as varchar), length(cast(cast(abs(typical_shown) as bigint) as varchar)) - 9) || ',' || left(right(cast(cast(abs(typical_shown) as bigint) as varchar), 9), 3) || ',' || left(right(cast(cast(abs(typical_shown) as bigint) as varchar), 6), 3) || ',' || right(cast(cast(abs(typical_shown) as bigint) as varchar), 3)
    end
    else cast(typical_shown as varchar)
  end || case when abs(typical_shown) = 1 then unit_one else unit_many end
  end as typical_long,
    case
    when before_code is null then 'none'
    when type = 'category' then before_code
    when type = 'boolean' then case when before_code = '0' then 'no' else 'yes' end
    else case
    when before_shown = floor(before_shown) then case when before_shown < 0 then '-' else '' end || case
      when abs(before_shown) < 1000 then cast(cast(abs(before_shown) as bigint) as varchar)
      when abs(before_shown) < 1000000
        then left(cast(cast(abs(before_shown) as bigint) as varchar), length(cast(cast(abs(before_shown) as bigint) as varchar)) - 3) || ',' || right(cast(cast(abs(before_shown) as bigint) as varchar), 3)
      when abs(before_shown) < 1000000000
        then left(cast(cast(abs(before_shown) as bigint) as varchar), length(cast(cast(abs(before_shown) as bigint) as varchar)) - 6) || ',' || left(right(cast(cast(abs(before_shown) as bigint) as varchar), 6), 3) || ',' || right(cast(cast(abs(before_shown) as bigint) as varchar), 3)
      else left(cast(cast(abs(before_shown) as bigint) as varchar), length(cast(cast(abs(before_shown) as bigint) as varchar)) - 9) || ',' || left(right(cast(cast(abs(before_shown) as bigint) as varchar), 9), 3) || ',' || left(right(cast(cast(abs(before_shown) as bigint) as varchar), 6), 3) || ',' || right(cast(cast(abs(before_shown) as bigint) as varchar), 3)
    end
    else cast(before_shown as varchar)
  end || unit_short
  end as before_short,
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
      when has_before and value_short = before_short then replace(
    replace(
      replace(replace(replace(wording, '{value}', value_long), '{size}', size_long), '{number}', value_short),
      '{before}',
      before_short
    ),
    '{moved}',
    case when value_number > before_number then 'rose' else 'fell' end
  ) || ', little changed'
      when has_before and value_number < 0 and wording_negative is not null then replace(
    replace(
      replace(replace(replace(wording_negative, '{value}', value_long), '{size}', size_long), '{number}', value_short),
      '{before}',
      before_short
    ),
    '{moved}',
    case when value_number > before_number then 'rose' else 'fell' end
  )
      when has_before and explains = 'score' then replace(
    replace(
      replace(replace(replace(wording_past, '{value}', value_long), '{size}', size_long), '{number}', value_short),
      '{before}',
      before_short
    ),
    '{moved}',
    case when value_number > before_number then 'rose' else 'fell' end
  )
      when has_before then replace(
    replace(
      replace(replace(replace(wording_since, '{value}', value_long), '{size}', size_long), '{number}', value_short),
      '{before}',
      before_short
    ),
    '{moved}',
    case when value_number > before_number then 'rose' else 'fell' end
  )
      when not is_compared or typical_code is null then replace(
    replace(
      replace(replace(replace(wording, '{value}', value_long), '{size}', size_long), '{number}', value_short),
      '{before}',
      before_short
    ),
    '{moved}',
    case when value_number > before_number then 'rose' else 'fell' end
  )
      when value_short = typical_short then replace(
    replace(
      replace(replace(replace(wording, '{value}', value_long), '{size}', size_long), '{number}', value_short),
      '{before}',
      before_short
    ),
    '{moved}',
    case when value_number > before_number then 'rose' else 'fell' end
  ) || ', as is typical'
      when type = 'category' then replace(
    replace(
      replace(replace(replace(wording, '{value}', value_long), '{size}', size_long), '{number}', value_short),
      '{before}',
      before_short
    ),
    '{moved}',
    case when value_number > before_number then 'rose' else 'fell' end
  ) || '; most common is ' || typical_short
      when value_code is null or (value_number = 0 and wording_zero is not null)
        then replace(
    replace(
      replace(replace(replace(wording, '{value}', value_long), '{size}', size_long), '{number}', value_short),
      '{before}',
      before_short
    ),
    '{moved}',
    case when value_number > before_number then 'rose' else 'fell' end
  ) || '; typical is ' || typical_long
      else replace(
    replace(
      replace(replace(replace(wording, '{value}', value_long), '{size}', size_long), '{number}', value_short),
      '{before}',
      before_short
    ),
    '{moved}',
    case when value_number > before_number then 'rose' else 'fell' end
  ) || '; typical is ' || typical_short
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
