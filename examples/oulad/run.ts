import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type ChurnDefinition, prepareOulad } from './prepare.ts';

/**
 * Takes the Open University Learning Analytics data through the main job with the very commands a user types:
 * Parquet → raw rows → marts → model → scores in the mart. Trains on the 2013 presentations, tests on 2014B.
 *
 *     npm run example:oulad -- [--data FOLDER] [--churn inactivity|contractual] [--home FOLDER] [--model auto]
 */
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    churn: { type: 'string', default: 'inactivity' },
    home: { type: 'string' },
    model: { type: 'string', default: 'auto' },
  },
});
const churn = z.enum(['inactivity', 'contractual']).parse(values.churn) satisfies ChurnDefinition;
const data = resolve(values.data ?? join(process.env.CHURN_DATA ?? '../shared/data', 'oulad'));
const home = resolve(values.home ?? `.churn/oulad-${churn}`);
const TEST_TENANTS = ['BBB_2014B', 'CCC_2014B', 'DDD_2014B', 'EEE_2014B', 'FFF_2014B', 'GGG_2014B'];

if (!existsSync(data)) {
  console.error(
    `${data}: there is no such folder; name the one that holds the OULAD Parquet files with --data`,
  );
  process.exit(2);
}

const started = performance.now();
const files = await prepareOulad(data, join(home, 'import'), churn);
await churnCommand('import', 'accounts', files.accounts);
await churnCommand('import', 'subscriptions', files.subscriptions);
await churnCommand('import', 'tenant-settings', files.tenantSettings);
await churnCommand('import', 'events', files.events);
await churnCommand('features', 'build');
const tests = TEST_TENANTS.flatMap((tenant) => ['--test-tenant', tenant]);
const training = z
  .object({
    metrics: z.record(
      z.string(),
      z.record(
        z.string(),
        z.object({ value: z.number().nullable(), low: z.number().nullable(), high: z.number().nullable() }),
      ),
    ),
  })
  .parse(
    JSON.parse(
      await churnCommand('train', '--model', values.model, '--name', `oulad-${churn}`, ...tests, '--json'),
    ),
  );
await churnCommand('score');
const seconds = (performance.now() - started) / 1000;

await churnCommand('models', 'show', `oulad-${churn}`);
console.log(
  `\nTrained on the 2013 presentations, tested on 2014B, ${churn} churn; 95 % intervals resample enrolments:`,
);
for (const [target, metrics] of Object.entries(training.metrics)) {
  const shown = ['auc', 'log_loss', 'calibration_slope', 'ece', 'lift_at_10'].map((name) => {
    const metric = metrics[name];
    return metric?.value == null
      ? `${name} –`
      : `${name} ${metric.value.toFixed(4)} (${metric.low?.toFixed(4)}–${metric.high?.toFixed(4)})`;
  });
  console.log(`  ${target}: ${shown.join(', ')}`);
}
console.log(`From Parquet to scores in the mart in ${seconds.toFixed(0)} s; the warehouse is in ${home}`);

/** Runs one command as a user would, in a process of its own, and returns what it printed. */
function churnCommand(...args: readonly string[]): Promise<string> {
  console.error(`> churn ${args.join(' ')}`);
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../../cli/churn.mjs'), ...args], {
      env: { ...process.env, CHURN_HOME: home },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      if (!args.includes('--json')) process.stdout.write(text);
    });
    child.on('error', failed);
    child.on('close', (status) => {
      if (status === 0) done(printed);
      else process.exit(status ?? 1);
    });
  });
}
