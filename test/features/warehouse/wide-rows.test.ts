import { join } from 'node:path';
import { expect, test } from 'vitest';
import { featureSetOf } from '../../../features/marts/feature-set.ts';
import { defaultSettings } from '../../../features/settings/default-settings.ts';
import { defaultMemoryLimit, useEngineMemory } from '../../../features/warehouse/duckdb/engine-memory.ts';
import { withScratch } from '../../../features/warehouse/duckdb/scratch.ts';
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
      `copy (select 'account-' || hash(n) as account_id, ${cells.join(', ')} from range(${ROWS}) as rows(n)) to '${unloaded}' (format parquet)`,
    );
    const sorted = unloadedTableSql({ files: unloaded, columns, orderBy: ['account_id'] });
    const written = await connection.run(
      `copy (${sorted}) to '${join(folder, 'sorted.parquet')}' (format parquet)`,
    );
    expect(written.rowsChanged).toBe(ROWS);
  });
});
