import { randomUUID } from 'node:crypto';
import { BadInput } from '../../features/contract/failure.ts';
import type { EmbeddedWarehouse, Warehouse } from '../../features/warehouse/warehouse.ts';
import { type Configuration, prepareSnowflakeClient } from '../configuration/configuration.ts';
import { lostWarehouse } from './lost-warehouse.ts';
import { refuseHalfRestored } from './restore-marker.ts';

/** How long to wait for another process to let go of the embedded warehouse. */
export interface Waiting {
  readonly milliseconds: number;
}

/**
 * Opens the configured warehouse, hands it over, and closes it whatever happens.
 *
 * @param work Names the work in Snowflake's query history, e.g. `score`.
 */
export async function withWarehouse<Result>(
  configuration: Configuration,
  work: string,
  use: (warehouse: Warehouse) => Promise<Result>,
  waiting?: Waiting,
): Promise<Result> {
  const warehouse = await openWarehouse(configuration, work, waiting);
  try {
    return await use(warehouse);
  } finally {
    await warehouse.close();
  }
}

/** The same for work that only the engine inside this process can do. */
export async function withEmbeddedWarehouse<Result>(
  configuration: Configuration,
  work: string,
  use: (warehouse: EmbeddedWarehouse) => Promise<Result>,
  waiting?: Waiting,
): Promise<Result> {
  if (configuration.snowflake !== null)
    throw new BadInput({
      where: 'CHURN_WAREHOUSE=snowflake',
      what: `\`churn ${work}\` works on the embedded warehouse only`,
      remedy:
        'build the marts with `dbt build --target snowflake` (docs/snowflake.md), or unset CHURN_WAREHOUSE',
    });
  const warehouse = await openEmbedded(configuration, waiting);
  try {
    return await use(warehouse);
  } finally {
    await warehouse.close();
  }
}

/** Whoever opens it closes it. */
export async function openWarehouse(
  configuration: Configuration,
  work: string,
  waiting?: Waiting,
): Promise<Warehouse> {
  const { snowflake } = configuration;
  if (snowflake === null) return openEmbedded(configuration, waiting);
  prepareSnowflakeClient();
  const { openSnowflakeWarehouse } = await import(
    '../../features/warehouse/snowflake/snowflake-warehouse.ts'
  );
  return openSnowflakeWarehouse({ ...snowflake, queryTag: `churn ${work} ${randomUUID()}` });
}

async function openEmbedded(configuration: Configuration, waiting?: Waiting): Promise<EmbeddedWarehouse> {
  const { home, warehouseFile, memoryLimit } = configuration;
  refuseHalfRestored(home);
  const lost = lostWarehouse(configuration);
  if (lost !== undefined) throw lost;
  const { openDuckDbWarehouse } = await import('../../features/warehouse/duckdb/duckdb-warehouse.ts');
  const warehouse = await openDuckDbWarehouse({
    file: warehouseFile,
    memoryLimit,
    ...(waiting === undefined ? {} : { lockTimeoutMs: waiting.milliseconds }),
  });
  try {
    // A restore may have begun its renames while this waited.
    refuseHalfRestored(home);
  } catch (error) {
    await warehouse.close();
    throw error;
  }
  return warehouse;
}
