import { openLocalRegistry } from '../../../models/registry/local-registry.ts';

/** Waits for a word on stdin, then promotes two versions in turn, for ever, until somebody kills the process. */
const [directory, by] = process.argv.slice(2);
const registry = openLocalRegistry({ directory: directory!, clock: () => new Date() });
process.stdin.once('data', async () => {
  for (let turn = 0; ; turn++) {
    await registry.promote('small', turn % 2 === 0 ? 'v1' : 'v2', { by: by!, reason: `turn ${turn}` });
    if (turn === 0) process.stdout.write('promoting\n');
  }
});
process.stdout.write('ready\n');
