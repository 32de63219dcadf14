import { createRandom } from '../../stats/seeded-random.ts';
import { startBackend } from '../../training/backends/backend.ts';
import type { BackendChoice } from '../../training/backends/backend-choice.ts';
import { fitNetwork } from '../../training/fit/fit-network.ts';
import { learnerNamed } from '../../training/learners/learners.ts';
import { BENCHMARKED_FAMILY, benchmarkedArchitecture } from './architecture.ts';
import type { EpochTime, Trained } from './trained.ts';

/** Trains on one backend for some seconds and prints how long each epoch took, as JSON. Its own process: a backend, once started, stays. */
const [choice, seconds] = process.argv.slice(2) as [BackendChoice, string];
const { tf, name } = await startBackend(choice);
const { rows, inputs, intervals } = benchmarkedArchitecture();
const random = createRandom(1);
const epochs: EpochTime[] = [];
const startedAt = performance.now();
let wall = startedAt;
let processor = process.cpuUsage();
const training = {
  encodingOfInput: Int32Array.from({ length: inputs }, (_, input) => input),
  isPiece: new Array<boolean>(inputs).fill(false),
  inputs: Float32Array.from({ length: rows * inputs }, () => (random.next() < 0.5 ? random.next() : 0)),
  targets: {
    rowCount: rows,
    intervals,
    atRisk: new Float32Array(rows * intervals).fill(1),
    events: Float32Array.from({ length: rows * intervals }, () => (random.next() < 0.2 ? 1 : 0)),
  },
};
fitNetwork({
  tf,
  learner: learnerNamed(BENCHMARKED_FAMILY),
  training,
  validation: null,
  directionOfInput: null,
  random,
  plannedEpochs: 10_000,
  // Asked after every epoch; the first one warms up.
  outOfTime: () => {
    const { user, system } = process.cpuUsage(processor);
    epochs.push({ seconds: (performance.now() - wall) / 1000, cpuSeconds: (user + system) / 1e6 });
    wall = performance.now();
    processor = process.cpuUsage();
    return (wall - startedAt) / 1000 >= Number(seconds) && epochs.length > 1;
  },
});
const engine = `TensorFlow.js ${tf.version_core}, ${name}`;
process.stdout.write(JSON.stringify({ epochs: epochs.slice(1), engine } satisfies Trained));
