import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/*
 * npm run -s bench:snowflake [-- --rows 1000000] [--columns 60] [--steps export,read,write] [--json]
 *
 * Throughput of the Snowflake driver through the real client, over a real socket, against the test endpoint (its own
 * process, so that the peak memory is the driver's). On loopback: what it shows is that client and driver are no
 * bottleneck, not how fast Snowflake is.
 */
interface Measured {
  readonly step: string;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  readonly rows: number;
  readonly detail: Readonly<Record<string, number>>;
}

const flags = process.argv.slice(2);
const numberOf = (flag: string, standing: number): number => {
  const at = flags.indexOf(flag);
  return at < 0 ? standing : Number(flags[at + 1]);
};
const rows = numberOf('--rows', 1_000_000);
const columns = numberOf('--columns', 60);
const stepsAt = flags.indexOf('--steps');
const steps = (stepsAt < 0 ? 'export,read,write' : flags[stepsAt + 1]!).split(',');
const options = {
  execArgv: ['--import', 'tsx'],
  env: { ...process.env, SNOWFLAKE_DISABLE_PLATFORM_DETECTION: 'true' },
};

const endpoint = fork(join(import.meta.dirname, 'endpoint.ts'), [String(rows), String(columns)], options);
const [accessUrl] = (await once(endpoint, 'message')) as [string];
const measured: Measured[] = [];
for (const step of steps) {
  const client = fork(join(import.meta.dirname, 'client.ts'), [step, accessUrl, String(rows)], options);
  client.on('message', (message) => {
    const found = message as Measured;
    measured.push(found);
    if (!flags.includes('--json'))
      console.log(
        `${found.step.padEnd(34)} ${found.rows} rows ${found.seconds.toFixed(1)} s (${found.cpuSeconds.toFixed(1)} s of CPU), peak ${found.peakMegabytes} MB ${JSON.stringify(found.detail)}`,
      );
  });
  const [status] = (await once(client, 'exit')) as [number];
  if (status !== 0) process.exitCode = 1;
}
endpoint.kill();
if (flags.includes('--json')) console.log(JSON.stringify(measured, null, 2));
