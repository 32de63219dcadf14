import type { EmbeddedWarehouse } from '../features/warehouse/warehouse.ts';
import type { Configuration } from './configuration.ts';

/** Opens the configured warehouse, hands it over, and closes it whatever happens. */
export async function withWarehouse<Result>(
  configuration: Configuration,
  use: (warehouse: EmbeddedWarehouse) => Promise<Result>,
): Promise<Result> {
  const { openDuckDbWarehouse } = await import('../features/warehouse/duckdb-warehouse.ts');
  const warehouse = await openDuckDbWarehouse({
    file: configuration.warehouseFile,
    memoryLimit: configuration.memoryLimit,
  });
  try {
    return await use(warehouse);
  } finally {
    await warehouse.close();
  }
}
