import { once } from 'node:events';
import { openDuckDbWarehouse } from '../../../features/warehouse/duckdb/duckdb-warehouse.ts';
import { scoreNight } from '../../../serving/batch/score-night.ts';
import { championsOf, linearModel, smallFeatureSet } from '../linear-model.ts';

/**
 * Waits for a word on stdin, then scores nights for ever with ever other scores of one model version, until
 * somebody kills the process.
 */
const [file, firstBias] = process.argv.slice(2);
await once(process.stdin, 'data');
const warehouse = await openDuckDbWarehouse({ file: file!, threads: 1 });
process.stdout.write('open\n');
for (let bias = Number(firstBias); ; bias += 0.01) {
  await scoreNight({
    warehouse,
    registry: championsOf(linearModel({ bias })),
    featureSet: smallFeatureSet,
    clock: () => new Date(),
    runId: `bias-${bias}-${process.pid}`,
    onProgress: ({ tenantsDone, tenantsTotal }) => {
      if (tenantsDone === tenantsTotal) process.stdout.write('scored\n');
    },
    log: (line) => process.stderr.write(`${line}\n`),
  });
  process.stdout.write('night\n');
}
