import { readConfiguration } from '../../cli/configuration/configuration.ts';
import { withEmbeddedWarehouse } from '../../cli/context/open-warehouse.ts';
import { buildFeatures } from '../../cli/jobs/build-features.ts';
import { loadSimulation } from '../../features/ingest/simulator/load-simulation.ts';
import { DEMO_WORLD, simulatePlatform } from '../../features/ingest/simulator/simulate-platform.ts';

/*
 * node --import tsx test/python/fill-notebook-home.ts
 *
 * What `churn demo` does before it trains: its platform and the marts, in CHURN_HOME.
 */
await withEmbeddedWarehouse(readConfiguration(), 'demo', async (warehouse) => {
  await loadSimulation(warehouse, simulatePlatform({ ...DEMO_WORLD, seed: 1 }), () => new Date());
  await buildFeatures({ warehouse, clock: () => new Date() });
});
