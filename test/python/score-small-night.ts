import { join } from 'node:path';
import { openDuckDbWarehouse } from '../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { scoreNight } from '../../serving/batch/score-night.ts';
import { championsOf, linearModel, smallFeatureSet } from '../serving/linear-model.ts';
import { day, writeSmallMarts } from '../serving/small-marts.ts';

// Scores a night of small marts into the warehouse of a home: `score-small-night.ts HOME DATE BIAS`. A higher bias puts
// more accounts at risk.
const AS_OF_DATES = ['2026-11-02', '2026-11-09', '2026-11-16'];

const [home, asOf, bias] = process.argv.slice(2);
const warehouse = await openDuckDbWarehouse({ file: join(home!, 'warehouse.duckdb') });
await writeSmallMarts(warehouse, { tenants: { acme: 40, globex: 9, initech: 6 }, asOfDates: AS_OF_DATES });
const report = await scoreNight({
  warehouse,
  registry: championsOf(linearModel({ version: `v${bias}`, bias: Number(bias) })),
  featureSet: smallFeatureSet,
  asOf: day(asOf!),
  clock: () => new Date(),
  runId: `run-${asOf}`,
  log: (line) => process.stderr.write(`${line}\n`),
});
await warehouse.close();
process.stdout.write(`${report.rowsScored}\n`);
