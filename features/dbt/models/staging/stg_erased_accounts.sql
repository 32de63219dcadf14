{#-
  Accounts that landed and are erased. What arrives of them stays out of every mart, whenever it arrives. Only tenants with an
  erasure are looked at. On Kafka an account's tombstone, a record without content, asks for its erasure too.
#}
{%- set tables = ['platform_events', 'accounts', 'subscriptions', 'support_tickets'] -%}
with erasures as (
  select distinct
    tenant_id,
    account_hash
  from (
    {{ landed_rows('erasures') }}
  ) as requested
),

landed as (
  {%- for table in tables %}
  select
    tenant_id,
    account_id
  from (
    {{ landed_rows(table) }}
  ) as {{ table }}
  where tenant_id in (select tenant_id from erasures)
  {{ 'union' if not loop.last }}
  {%- endfor %}
)

select distinct
  landed.tenant_id,
  landed.account_id
from landed
inner join erasures
  on erasures.tenant_id = landed.tenant_id
  and (erasures.account_hash is null or erasures.account_hash = {{ account_hash('landed.tenant_id', 'landed.account_id') }})
{%- if var('landing') == 'kafka' %}
union
select
  tenant_id,
  account_id
from (
  {{ tombstones('accounts') }}
) as tombstones
{%- endif %}
