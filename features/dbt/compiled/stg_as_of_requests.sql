with source as (
  select * from "raw"."as_of_requests"
),

renamed as (
  select distinct as_of_date
  from source
)

select * from renamed
