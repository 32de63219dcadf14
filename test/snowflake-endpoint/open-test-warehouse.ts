import type { SnowflakeOptions } from '../../features/warehouse/snowflake/snowflake-options.ts';
import { openSnowflakeWarehouse } from '../../features/warehouse/snowflake/snowflake-warehouse.ts';
import type { Warehouse } from '../../features/warehouse/warehouse.ts';
import { type ServedEndpoint, serveEndpoint } from './serve-endpoint.ts';
import {
  createSnowflakeEndpoint,
  type EndpointOptions,
  type SnowflakeEndpoint,
} from './snowflake-endpoint.ts';

export interface TestWarehouse {
  readonly warehouse: Warehouse;
  readonly endpoint: SnowflakeEndpoint;
  readonly served: ServedEndpoint;
  readonly options: SnowflakeOptions;
  close(): Promise<void>;
}

export const BATCH_USER = {
  name: 'churn_batch',
  password: 'a password',
  roles: ['CHURN_BATCH'],
  defaultRole: 'CHURN_BATCH',
} as const;

/** The real driver and client, signed in over a real socket to a new endpoint. */
export async function openTestWarehouse(
  endpointOptions: Partial<EndpointOptions> = {},
  driverOptions: Partial<SnowflakeOptions> = {},
): Promise<TestWarehouse> {
  const endpoint = await createSnowflakeEndpoint({
    account: 'test',
    users: [BATCH_USER],
    ...endpointOptions,
  });
  const served = await serveEndpoint(endpoint);
  const options: SnowflakeOptions = {
    account: 'test',
    accessUrl: served.accessUrl,
    user: BATCH_USER.name,
    credentials: { kind: 'password', password: BATCH_USER.password },
    role: BATCH_USER.defaultRole,
    warehouse: 'CHURN',
    database: 'CHURN',
    queryTag: 'churn test',
    rowAccessPolicy: null,
    pauseMs: 10,
    transferTimeoutSeconds: 3,
    ...driverOptions,
  };
  const warehouse = openSnowflakeWarehouse(options);
  return {
    warehouse,
    endpoint,
    served,
    options,
    async close() {
      await warehouse.close();
      await served.close();
      await endpoint.close();
    },
  };
}
