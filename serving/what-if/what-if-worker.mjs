// A worker thread starts from a file. The built package has JavaScript here; a checkout has TypeScript, which Node 20 cannot
// read without a loader.
import { existsSync } from 'node:fs';

const built = new URL('what-if-worker.js', import.meta.url);
let worker;
if (existsSync(built)) {
  worker = await import(built);
} else {
  const { register } = await import('tsx/esm/api');
  register();
  worker = await import('./what-if-worker.ts');
}

export default worker.answerOrder;
