import { afterEach } from 'vitest';
import { openTestWarehouse, type TestWarehouse } from '../../snowflake-endpoint/open-test-warehouse.ts';
import { testWarehouse } from './warehouse-suite.ts';

const opened: TestWarehouse[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

testWarehouse('Snowflake', async () => {
  const test = await openTestWarehouse();
  opened.push(test);
  return test.warehouse;
});
