import { openDuckDbWarehouse } from '../../../features/warehouse/duckdb-warehouse.ts';
import { testWarehouse } from './warehouse-suite.ts';

testWarehouse('DuckDB', () => openDuckDbWarehouse({ file: ':memory:' }));
