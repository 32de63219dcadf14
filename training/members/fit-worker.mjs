// A worker thread starts from a file. The built package has JavaScript here; a checkout has TypeScript, which Node 20 cannot
// read without a loader.
import { existsSync } from 'node:fs';

const built = new URL('fit-worker.js', import.meta.url);
if (existsSync(built)) {
  await import(built);
} else {
  const { register } = await import('tsx/esm/api');
  register();
  await import('./fit-worker.ts');
}
