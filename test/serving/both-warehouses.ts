import { afterEach } from 'vitest';
import { openDuckDbWarehouse } from '../../features/warehouse/duckdb/duckdb-warehouse.ts';
import type { Warehouse } from '../../features/warehouse/warehouse.ts';
import { openTestWarehouse } from '../snowflake-endpoint/open-test-warehouse.ts';

/** Each driver by name, with what opens an empty warehouse of it; closed after the test. For `describe.each`. */
export function bothWarehouses(): readonly [string, () => Promise<Warehouse>][] {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });
  return [
    [
      'DuckDB',
      async () => {
        const warehouse = await openDuckDbWarehouse({ file: ':memory:' });
        closing.push(() => warehouse.close());
        return warehouse;
      },
    ],
    [
      'Snowflake',
      async () => {
        const test = await openTestWarehouse();
        closing.push(() => test.close());
        return test.warehouse;
      },
    ],
  ];
}
