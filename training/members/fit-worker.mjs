// Node 20 cannot read TypeScript by itself; a worker thread registers the loader as the command does.
import { register } from 'tsx/esm/api';

register();
await import('./fit-worker.ts');
