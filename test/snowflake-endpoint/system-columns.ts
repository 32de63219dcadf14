/** Like INFORMATION_SCHEMA.COLUMNS: names in upper case, Snowflake's types. */
export const SYSTEM_COLUMNS = `create or replace view snowflake_system.columns as
  select upper(schema_name) as table_schema, upper(table_name) as table_name, upper(column_name) as column_name,
    case when data_type in ('BIGINT', 'INTEGER', 'SMALLINT', 'TINYINT', 'HUGEINT') or data_type like 'DECIMAL%' then 'NUMBER'
      when data_type in ('DOUBLE', 'FLOAT') then 'FLOAT' when data_type = 'VARCHAR' then 'TEXT' when data_type = 'JSON' then 'VARIANT'
      when data_type like 'TIMESTAMP%' then 'TIMESTAMP_NTZ' else data_type end as data_type,
    case when data_type like 'DECIMAL%' then numeric_scale when data_type like '%INT%' then 0 end as numeric_scale,
    case when is_nullable then 'YES' else 'NO' end as is_nullable, column_index as ordinal_position
  from duckdb_columns() where not internal and database_name = current_database() and schema_name <> 'snowflake_system'`;
