import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { FeatureColumn, FeatureFrame } from '../../features/contract/feature-frame.ts';
import type { FeatureSet } from '../../features/contract/feature-set.ts';
import { encodedWidth } from '../../models/encoding/encoder.ts';
import { startBackend } from '../backends/backend.ts';
import type { BackendChoice } from '../backends/backend-choice.ts';
import { type FittedMember, fitMember, type MemberFit } from './fit-member.ts';

export interface FitMembersRequest {
  readonly frame: FeatureFrame;
  readonly featureSet: FeatureSet;
  /** Longest first: they are handed out in order. */
  readonly fits: readonly MemberFit[];
  /** Milliseconds since 1970; fits stop early, with the best they have, when it has passed. Infinity for none. */
  readonly deadline: number;
  readonly onFitted?: (fit: MemberFit, member: FittedMember) => void;
}

export interface WorkerData extends Pick<FitMembersRequest, 'frame' | 'featureSet' | 'deadline'> {
  readonly backend: BackendChoice;
}

export interface WorkerOrder {
  readonly index: number;
  readonly fit: MemberFit;
}

export interface WorkerAnswer {
  readonly index: number;
  readonly member: FittedMember;
}

/** The notebooks' kernel, Deno, never hears from a worker thread that was started Node's way: it trains on its own. */
const THREADS = 'Deno' in globalThis ? 1 : availableParallelism();

/** Training cells (rows × inputs) below which starting threads takes longer than they save. */
const CELLS_WORTH_A_THREAD = 300_000;

/**
 * Fits members on as many threads as there are cores; one fit never depends on another, so the result is the same
 * on any number of them.
 *
 * @returns one member per fit, in the same order
 */
export async function fitMembers(request: FitMembersRequest): Promise<FittedMember[]> {
  const { fits } = request;
  const cells = fits.reduce(
    (sum, { training, encoder }) => sum + training.rows.length * encodedWidth(encoder),
    0,
  );
  const threads = Math.min(THREADS, fits.length);
  return threads < 2 || cells < CELLS_WORTH_A_THREAD ? fitHere(request) : fitOnThreads(request, threads);
}

async function fitHere({
  frame,
  featureSet,
  fits,
  deadline,
  onFitted,
}: FitMembersRequest): Promise<FittedMember[]> {
  const backend = await startBackend();
  return fits.map((fit) => {
    const outOfTime = (): boolean => Date.now() >= deadline;
    const member = fitMember({ ...fit, backend, frame, featureSet, outOfTime });
    onFitted?.(fit, member);
    return member;
  });
}

async function fitOnThreads(
  { frame, featureSet, fits, deadline, onFitted }: FitMembersRequest,
  threads: number,
): Promise<FittedMember[]> {
  const { name } = await startBackend();
  const data: WorkerData = {
    frame: shared(frame),
    featureSet,
    deadline,
    backend: name === 'wasm' ? 'wasm' : 'native',
  };
  const members: FittedMember[] = new Array(fits.length);
  let next = 0;
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL('./fit-worker.mjs', import.meta.url), { workerData: data }),
  );
  const done = workers.map(
    (worker) =>
      new Promise<void>((resolve, reject) => {
        const orderNext = (): void => {
          const index = next++;
          if (index >= fits.length) resolve();
          else worker.postMessage({ index, fit: fits[index]! } satisfies WorkerOrder);
        };
        worker.on('message', ({ index, member }: WorkerAnswer) => {
          members[index] = member;
          onFitted?.(fits[index]!, member);
          orderNext();
        });
        worker.on('error', reject);
        worker.on('exit', (code) => reject(new Error(`a training thread ended early, with status ${code}`)));
        orderNext();
      }),
  );
  try {
    await Promise.all(done);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return members;
}

/** The same columns in memory that every thread reads, instead of a copy for each. */
function shared(frame: FeatureFrame): FeatureFrame {
  const columns = new Map<string, FeatureColumn>();
  for (const [name, column] of frame.columns)
    columns.set(
      name,
      column.kind === 'number'
        ? { kind: 'number', values: inSharedMemory(column.values, Float64Array) }
        : { ...column, codes: inSharedMemory(column.codes, Int32Array) },
    );
  return { rowCount: frame.rowCount, columns };
}

function inSharedMemory<Values extends Float64Array | Int32Array>(
  values: Values,
  Type: new (buffer: SharedArrayBuffer) => Values,
): Values {
  const copy = new Type(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
