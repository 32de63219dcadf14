{#
  How drivers are put into words. The service does the same in TypeScript (models/scoring/drivers/driver-sentence.ts); a
  test holds them together.
#}

{# A number as it is shown: whole from 10 on, one decimal from 1 on, two below. #}
{% macro shown_number(number) -%}
  case
    when abs({{ number }}) >= 10 then round({{ number }})
    when abs({{ number }}) >= 1 then round({{ number }} * 10) / 10
    else round({{ number }} * 100) / 100
  end
{%- endmacro %}

{# The text of a shown number, thousands apart. #}
{% macro number_text(shown) -%}
  {%- set digits = 'cast(cast(abs(' ~ shown ~ ') as bigint) as varchar)' -%}
  case
    when {{ shown }} = floor({{ shown }}) then case when {{ shown }} < 0 then '-' else '' end || case
      when abs({{ shown }}) < 1000 then {{ digits }}
      when abs({{ shown }}) < 1000000
        then left({{ digits }}, length({{ digits }}) - 3) || ',' || right({{ digits }}, 3)
      when abs({{ shown }}) < 1000000000
        then left({{ digits }}, length({{ digits }}) - 6) || ',' || left(right({{ digits }}, 6), 3) || ',' || right({{ digits }}, 3)
      else left({{ digits }}, length({{ digits }}) - 9) || ',' || left(right({{ digits }}, 9), 3) || ',' || left(right({{ digits }}, 6), 3) || ',' || right({{ digits }}, 3)
    end
    else cast({{ shown }} as varchar)
  end
{%- endmacro %}

{# A value of the feature as text, without a unit that counts: `code` as stored, `shown` as a shown number. #}
{% macro short_text(code, shown) -%}
  case
    when {{ code }} is null then 'none'
    when type = 'category' then {{ code }}
    when type = 'boolean' then case when {{ code }} = '0' then 'no' else 'yes' end
    else {{ number_text(shown) }} || unit_short
  end
{%- endmacro %}

{# The same with its unit. #}
{% macro long_text(code, shown) -%}
  case
    when {{ code }} is null or type <> 'number' then {{ short_text(code, shown) }}
    else {{ number_text(shown) }} || case when abs({{ shown }}) = 1 then unit_one else unit_many end
  end
{%- endmacro %}

{# A wording with what it leaves open. #}
{% macro filled_wording(wording) -%}
  replace(
    replace(
      replace(replace(replace({{ wording }}, '{value}', value_long), '{size}', size_long), '{number}', value_short),
      '{before}',
      before_short
    ),
    '{moved}',
    case when value_number > before_number then 'rose' else 'fell' end
  )
{%- endmacro %}
