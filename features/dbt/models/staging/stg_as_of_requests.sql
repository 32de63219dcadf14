with source as (
  {{ landed_rows('as_of_requests') }}
),

renamed as (
  select distinct as_of_date
  from source
)

select * from renamed
