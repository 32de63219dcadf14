import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { championOf } from '../../../models/registry/champion-record.ts';
import { openLocalRegistry } from '../../../models/registry/local-registry.ts';
import { createRandom } from '../../../stats/seeded-random.ts';
import { promoteSmallModel } from '../../serving/small-model.ts';
import { temporaryFolder } from '../../serving/temporary-folder.ts';

const KILLS = 20;
const TENANTS = { kind: 'tenants' } as const;

const folder = temporaryFolder();

it(`leaves the champion before or after when killed, ${KILLS} times, and nobody waits for the dead`, async () => {
  const directory = join(await folder.path(), 'models');
  // Each look at the clock goes back an hour: nothing may depend on which of two records is younger.
  let hour = 1_000;
  const clock = () => new Date(Date.UTC(2026, 0, 1, hour--));
  const registry = openLocalRegistry({ directory, clock });
  for (const seed of [1, 2]) await promoteSmallModel(registry, { seed });
  const random = createRandom(5);
  const writers = [promoter(directory, 'one'), promoter(directory, 'two')];
  onTestFinished(() => {
    for (const writer of writers) writer.kill('SIGKILL');
  });
  for (let kill = 0; kill < KILLS; kill++) {
    // Two write at once, so that one also dies between losing to the other and trying again.
    const [first, second] = [writers.shift()!, writers.shift()!];
    writers.push(promoter(directory, 'one'), promoter(directory, 'two'));
    for (const writer of [first, second]) writer.stdin.write('go\n');
    await Promise.all([first, second].map((writer) => told(writer, 'promoting')));
    await sleep(random.next() * 30);
    for (const writer of [first, second]) writer.kill('SIGKILL');
    await Promise.all([first, second].map((writer) => writer.exitCode ?? once(writer, 'exit')));

    const history = await registry.history(TENANTS);
    for (const [index, { previous }] of history.entries())
      expect(previous).toEqual(history[index - 1]?.subject ?? null);
    const record = (await registry.champions()).recordOf(TENANTS);
    expect(championOf(record)).toEqual(history.at(-1)!.subject);

    const other = championOf(record)!.version === 'v1' ? 'v2' : 'v1';
    const started = performance.now();
    await registry.promote('small', other, { by: 'test', reason: `after kill ${kill}` });
    expect(performance.now() - started).toBeLessThan(1_000);
    expect((await registry.load('small', 'champion')).version).toBe(other);
    const entries = await readdir(join(directory, '.champions', 'tenants'));
    expect(entries.filter((entry) => entry.startsWith('.'))).toEqual([]);
  }
  expect(new Set((await registry.history(TENANTS)).map(({ by }) => by))).toEqual(
    new Set(['test', 'one', 'two']),
  );
}, 240_000);

function promoter(directory: string, by: string): ChildProcessWithoutNullStreams {
  const script = fileURLToPath(new URL('promote-child.ts', import.meta.url));
  return spawn(process.execPath, ['--import', 'tsx', script, directory, by]);
}

/** Resolves when the child says the word from now on. */
async function told(child: ChildProcessWithoutNullStreams, word: string): Promise<void> {
  for (let said = ''; !said.includes(word); ) said += String((await once(child.stdout, 'data'))[0]);
}
