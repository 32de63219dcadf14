import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Measured } from './step.ts';

/*
 * npm run bench:build -- [--events 10000000] [--accounts 50000] [--memory 1500MB] [--threads N] [--keep FOLDER] [--no-compare] [--json]
 *
 * Builds the marts of a made-up platform, lets a night's rows arrive and builds again, then all of it anew, and compares.
 * Each step is a process of its own, so that its peak is its own. CPU seconds are of all its threads, those included that wait
 * for others: the engine's threads ask again and again for work. With one thread they are what the work takes.
 */
const { values: given } = parseArgs({
  options: {
    events: { type: 'string', default: '10000000' },
    accounts: { type: 'string', default: '50000' },
    memory: { type: 'string' },
    threads: { type: 'string' },
    keep: { type: 'string' },
    'no-compare': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const folder = given.keep ?? mkdtempSync(join(tmpdir(), 'churn-bench-build-'));
mkdirSync(folder, { recursive: true });
const rows: Measured[] = [];
try {
  const steps = ['make up', 'load before', 'build', 'load night', 'build night', 'build night again'];
  if (!given['no-compare']) steps.push('build anew', 'compare');
  for (const step of steps) {
    const measured = await run(step);
    rows.push(measured);
    if (!given.json) console.log(describe(measured));
  }
  if (given.json) console.log(JSON.stringify({ events: given.events, accounts: given.accounts, rows }));
} finally {
  if (given.keep === undefined) rmSync(folder, { recursive: true, force: true });
}

function run(step: string): Promise<Measured> {
  const child = fork(
    fileURLToPath(new URL('./step.ts', import.meta.url)),
    [step, folder, given.events, given.accounts, given.memory ?? '', given.threads ?? ''],
    { execArgv: ['--import', 'tsx'] },
  );
  return answerOf(child, step);
}

function answerOf(child: ChildProcess, step: string): Promise<Measured> {
  return new Promise((resolve, reject) => {
    child.on('message', (message) => resolve(message as Measured));
    child.on('exit', (code) => reject(new Error(`step ${step} ended with ${code} and no answer`)));
  });
}

function describe({ step, seconds, cpuSeconds, peakMegabytes, says }: Measured): string {
  const figures = `${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of CPU, ${peakMegabytes} MB at most`;
  return `${step.padEnd(18)} ${figures}${says === '' ? '' : `\n  ${says}`}`;
}
