import { parentPort, workerData } from 'node:worker_threads';
import { startBackend } from '../backends/backend.ts';
import { fitMember } from './fit-member.ts';
import type { WorkerAnswer, WorkerData, WorkerOrder } from './fit-members.ts';

// The worker thread of fit-members.ts: fits what it is sent, one after another.
const { frame, featureSet, deadline, backend: choice } = workerData as WorkerData;
const backend = await startBackend(choice);

parentPort?.on('message', ({ index, fit }: WorkerOrder) => {
  const member = fitMember({
    ...fit,
    backend,
    frame,
    featureSet,
    outOfTime: () => Date.now() >= deadline,
  });
  parentPort?.postMessage({ index, member } satisfies WorkerAnswer);
});
