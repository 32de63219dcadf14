import { readConfiguration } from '../../cli/configuration/configuration.ts';
import { withEmbeddedWarehouse } from '../../cli/context/open-warehouse.ts';
import { buildFeatures } from '../../cli/jobs/build-features.ts';
import { asOfDateSchema } from '../../features/contract/as-of-date.ts';
import { loadSimulation } from '../../features/ingest/simulator/load-simulation.ts';
import { simulatePlatform } from '../../features/ingest/simulator/simulate-platform.ts';

/*
 * node --import tsx test/python/fill-night-home.ts END_DATE
 *
 * A small platform and its marts in CHURN_HOME, with events until END_DATE: what nights go on from.
 */
const endDate = asOfDateSchema.parse(process.argv[2]);
await withEmbeddedWarehouse(readConfiguration(), 'demo', async (warehouse) => {
  const platform = simulatePlatform({ seed: 7, tenants: 12, months: 9, endDate });
  await loadSimulation(warehouse, platform, () => new Date());
  await buildFeatures({ warehouse, clock: () => new Date() });
});
