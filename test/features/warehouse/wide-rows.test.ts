import { join } from 'node:path';
import { expect, test } from 'vitest';
import { featureSetOf } from '../../../features/marts/feature-set.ts';
import { defaultSettings } from '../../../features/settings/default-settings.ts';
import { defaultMemoryLimit, useEngineMemory } from '../../../features/warehouse/duckdb/engine-memory.ts';
import { withScratch } from '../../../features/warehouse/duckdb/scratch.ts';
import { groupRows, sortedPortions } from '../../../features/warehouse/snowflake/sorted-portions.ts';
import { unloadedTableSql } from '../../../features/warehouse/snowflake/unloaded-sql.ts';
import type { ColumnDefinition } from '../../../features/warehouse/warehouse.ts';
import { temporaryFolder } from '../../serving/temporary-folder.ts';

const home = temporaryFolder();
const ROWS = 90_000;

test('rows as wide as the feature set are sorted in the memory of a small machine', {
  timeout: 180_000,
}, async () => {
  const folder = await home.path();
  useEngineMemory({ limit: defaultMemoryLimit(2e9), spillFolder: join(folder, 'spill') });
  const columns: ColumnDefinition[] = [
    { name: 'account_id', type: 'text', nullable: false },
    ...featureSetOf(defaultSettings()).features.map(
      ({ name }): ColumnDefinition => ({ name, type: 'number', nullable: true }),
    ),
  ];
  expect(columns.length).toBeGreaterThan(240);
  await withScratch('arriving', async (connection) => {
    const cells = columns.slice(1).map(({ name }, at) => `(hash(n, ${at}) % 1000)::double as "${name}"`);
    const unloaded = join(folder, 'unloaded.parquet');
    await connection.run(
      `copy (select 'account-' || hash(n) as account_id, ${cells.join(', ')} from range(${ROWS}) as rows(n)) to '${unloaded}' (format parquet, row_group_size 20000)`,
    );
    const arrived = { files: unloaded, rowCount: ROWS, columns, orderBy: ['account_id'] };
    const portions = await sortedPortions(connection, arrived);
    // Two ranges, and nulls.
    expect(portions).toHaveLength(3);
    const found: string[] = [];
    for (const [at, portion] of portions.entries()) {
      const file = join(folder, `sorted-${at}.parquet`);
      const sorted = unloadedTableSql({ ...arrived, portion });
      await connection.run(
        `copy (${sorted}) to '${file}' (format parquet, row_group_size ${groupRows(columns)})`,
      );
      const ids = await connection.runAndReadAll(`select account_id from '${file}' order by file_row_number`);
      found.push(...ids.getRows().map(([id]) => String(id)));
    }
    expect(found).toHaveLength(ROWS);
    expect(found).toEqual(found.toSorted());
  });
});
