{#
  The rows of one raw table, whichever way they arrived (var `landing`). Every staging model reads through here.

  shared             one schema `raw` for all tenants
  schema_per_tenant  each tenant's rows in a schema of its own; var `tenant_schemas` or the table `raw.tenant_schemas`
                     says which. A row belongs to the tenant whose schema it came in, whatever it says of itself
  kafka              one schema `raw`, each row as the Kafka connector lands it: `record_metadata`, `record_content`

  What the platform itself writes (settings, requests) lies in `raw` either way.
#}
{% macro landed_rows(table) -%}
  {%- set landing = var('landing') -%}
  {%- if landing == 'shared' or table not in landed_columns() -%}
    select * from {{ source('raw', table) }}
  {%- elif landing == 'schema_per_tenant' -%}
    {{ rows_of_tenant_schemas(table) }}
  {%- elif landing == 'kafka' -%}
    {{ rows_of_records(table) }}
  {%- else -%}
    {{ exceptions.raise_compiler_error("var landing: '" ~ landing ~ "' is none of shared, schema_per_tenant, kafka") }}
  {%- endif -%}
{%- endmacro %}

{# Columns and types of what lands from outside. #}
{% macro landed_columns() -%}
  {{ return({
    'platform_events': {
      'event_id': 'varchar', 'tenant_id': 'varchar', 'account_id': 'varchar', 'user_id': 'varchar',
      'event_type': 'varchar', 'event_time': 'timestamp', 'quantity': 'double', 'properties': 'json',
      'loaded_at': 'timestamp',
    },
    'accounts': {
      'tenant_id': 'varchar', 'account_id': 'varchar', 'name': 'varchar', 'segment': 'varchar', 'region': 'varchar',
      'owner': 'varchar', 'created_at': 'timestamp', 'valid_from': 'timestamp', 'loaded_at': 'timestamp',
    },
    'subscriptions': {
      'subscription_id': 'varchar', 'tenant_id': 'varchar', 'account_id': 'varchar', 'product': 'varchar',
      'plan': 'varchar', 'seats': 'bigint', 'mrr': 'double', 'currency': 'varchar', 'started_at': 'timestamp',
      'renews_at': 'timestamp', 'cancelled_at': 'timestamp', 'valid_from': 'timestamp', 'loaded_at': 'timestamp',
    },
    'support_tickets': {
      'ticket_id': 'varchar', 'tenant_id': 'varchar', 'account_id': 'varchar', 'opened_at': 'timestamp',
      'closed_at': 'timestamp', 'severity': 'varchar', 'csat': 'double', 'valid_from': 'timestamp',
      'loaded_at': 'timestamp',
    },
  }) }}
{%- endmacro %}

{# Columns without which a row says nothing. #}
{% macro needed_columns() -%}
  {{ return({
    'platform_events': ['tenant_id', 'account_id', 'event_type', 'event_time', 'loaded_at'],
    'accounts': ['tenant_id', 'account_id', 'created_at', 'loaded_at'],
    'subscriptions': ['tenant_id', 'account_id', 'started_at', 'loaded_at'],
    'support_tickets': ['tenant_id', 'account_id', 'opened_at', 'loaded_at'],
  }) }}
{%- endmacro %}

{% macro rows_of_tenant_schemas(table) -%}
  {%- set schemas = tenant_schemas() -%}
  {%- if execute and schemas | length == 0 -%}
    {{ exceptions.raise_compiler_error("landing 'schema_per_tenant' knows no tenant; fill raw.tenant_schemas (tenant_id, schema_name) or give var tenant_schemas") }}
  {%- endif -%}
  {%- for tenant_id, schema in schemas.items() %}
  select
    '{{ tenant_id | replace("'", "''") }}' as tenant_id
    {%- for column in landed_columns()[table] if column != 'tenant_id' %},
    {{ column }}
    {%- endfor %}
  from {{ tenant_relation(table, schema) }}
  {{ 'union all' if not loop.last }}
  {%- endfor %}
{%- endmacro %}

{# A raw table in the schema of one tenant. #}
{% macro tenant_relation(table, schema) -%}
  {{ source('raw', table).include(database=target.type == 'snowflake', schema=false, identifier=false) }}{{ '.' if target.type == 'snowflake' }}{{ schema }}.{{ table }}
{%- endmacro %}

{% macro tenant_schemas() -%}
  {%- set given = var('tenant_schemas') -%}
  {%- if given | length > 0 -%}{{ return(given) }}{%- endif -%}
  {%- set found = {} -%}
  {%- if execute -%}
    {%- for row in run_query('select tenant_id, schema_name from ' ~ source('raw', 'tenant_schemas') ~ ' order by tenant_id') -%}
      {%- do found.update({row[0]: row[1]}) -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(found) }}
{%- endmacro %}

{#
  The connector delivers a record at least once: the same place in the same partition is the same record. Every record of
  an account, subscription or ticket is a version of it, which arrived when the record was written. One malformed value does
  not stop a build: it is null, and a record without what every row needs is left out. Test `is_readable` counts both.
#}
{% macro rows_of_records(table) -%}
  {%- set landed = landed_columns()[table] %}
  select
    {%- for column, type in landed.items() %}
    {{ record_field(column, type) }} as {{ column }}{{ ',' if not loop.last }}
    {%- endfor %}
  from {{ source('raw', table) }}
  where record_content is not null
    {%- for column in needed_columns()[table] %}
    and {{ record_field(column, landed[column]) }} is not null
    {%- endfor %}
  qualify row_number() over (
    partition by {{ record_metadata('topic') }}, {{ record_metadata('partition') }}, {{ record_metadata('offset') }}
    order by {{ record_metadata('CreateTime') }}
  ) = 1
{%- endmacro %}

{# Whose accounts a topic's tombstones name. The key of a record is a JSON object with `tenant_id` and `account_id`. #}
{% macro tombstones(table) -%}
  select
    cast(try_parse_json(cast(record_metadata:key as varchar)):tenant_id as varchar) as tenant_id,
    cast(try_parse_json(cast(record_metadata:key as varchar)):account_id as varchar) as account_id
  from {{ source('raw', table) }}
  where record_content is null
{%- endmacro %}

{#
  One field of a record in a type, null where it cannot be read. A time with an offset becomes UTC, one without is UTC, and
  neither depends on the session's time zone.
#}
{% macro record_field(field, type) -%}
  {%- if type == 'json' -%}
    record_content:{{ field }}
  {%- elif type == 'timestamp' -%}
    {%- if field == 'loaded_at' -%}
      to_timestamp_ntz({{ record_metadata('CreateTime') }}, 3)
    {%- else -%}
      {%- set text = "cast(record_content:" ~ field ~ " as varchar)" -%}
      cast(
        convert_timezone(
          'UTC',
          try_cast(
            case
              when regexp_like({{ text }}, '.*([Zz]|[+-][0-9]{2}:?[0-9]{2})$') then {{ text }}
              when length({{ text }}) = 10 then {{ text }} || 'T00:00:00+00:00'
              else {{ text }} || '+00:00'
            end as timestamp_tz
          )
        ) as timestamp_ntz
      )
    {%- endif -%}
  {%- elif type == 'varchar' -%}
    cast(record_content:{{ field }} as varchar)
  {%- else -%}
    try_cast(cast(record_content:{{ field }} as varchar) as {{ type }})
  {%- endif -%}
{%- endmacro %}

{% macro record_metadata(field) -%}
  cast(record_metadata:{{ field }} as {{ 'varchar' if field == 'topic' else 'bigint' }})
{%- endmacro %}
