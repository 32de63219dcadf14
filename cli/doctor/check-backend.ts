import { OperationFailed } from '../../features/contract/failure.ts';
import { startBackend } from '../../training/backends/backend.ts';
import type { BackendChoice } from '../../training/backends/backend-choice.ts';
import { measureTraining } from '../../training/fit/measure-training.ts';
import type { Finding } from './finding.ts';

const TITLES = { wasm: 'WebAssembly', tensorflow: 'native (libtensorflow)' } as const;

/** Starts what training would start, and trains on it for half a second. */
export async function checkBackend(choice: BackendChoice): Promise<Finding> {
  try {
    const backend = await startBackend(choice);
    const { name, nativeRefusal } = backend;
    const { rowsPerSecond, network } = measureTraining(backend.tf);
    const why =
      name === 'tensorflow'
        ? ''
        : `; not native, as ${nativeRefusal ?? 'CHURN_BACKEND=wasm chose WebAssembly'}`;
    return {
      check: 'backend',
      state: 'good',
      says: `${TITLES[name]} trains ${thousands(rowsPerSecond)} rows/s of ${network}${why}`,
      details: {
        choice,
        backend: name,
        native_refusal: nativeRefusal,
        training_rows_per_second: Math.round(rowsPerSecond),
        measured_network: network,
      },
    };
  } catch (error) {
    if (!(error instanceof OperationFailed)) throw error;
    return { check: 'backend', state: 'broken', says: error.message, details: { choice, backend: null } };
  }
}

function thousands(value: number): string {
  return value < 10_000 ? value.toFixed(0) : `${(value / 1000).toFixed(0)} k`;
}
