import util from 'node:util';
import type * as TensorFlow from '@tensorflow/tfjs-core';
import { OperationFailed } from '../features/contract/failure.ts';
import { registerGradients } from './gradients.ts';
import { registerTransposingMatrixProduct } from './transposing-matrix-product.ts';

export type { TensorFlow };

/** Where tensors are computed: the native addon when it is there, WebAssembly everywhere else. */
export type BackendName = 'tensorflow' | 'wasm';

export interface Backend {
  readonly name: BackendName;
  readonly tf: typeof TensorFlow;
}

let started: Promise<Backend> | undefined;

/**
 * Starts TensorFlow.js once per process: `@tensorflow/tfjs-node` where it is installed and loads, else WASM.
 * Only training needs it; scoring runs on typed arrays and never pays for this start.
 */
export function startBackend(): Promise<Backend> {
  started ??= startNative().then((native) => native ?? startWasm());
  return started;
}

async function startNative(): Promise<Backend | undefined> {
  // tfjs-node 4.22 calls helpers that Node 23 removed.
  const legacy = util as { isNullOrUndefined?: (value: unknown) => boolean };
  legacy.isNullOrUndefined ??= (value) => value === null || value === undefined;
  // Not a dependency: the name is kept from the type checker, which would look for it.
  const optionalPackage: string = '@tensorflow/tfjs-node';
  try {
    await import(optionalPackage);
  } catch {
    return undefined;
  }
  const tf = await import('@tensorflow/tfjs-core');
  if (!(await tf.setBackend('tensorflow'))) return undefined;
  await tf.ready();
  return { name: 'tensorflow', tf };
}

async function startWasm(): Promise<Backend> {
  const tf = await import('@tensorflow/tfjs-core');
  await import('@tensorflow/tfjs-backend-wasm');
  registerTransposingMatrixProduct(tf);
  registerGradients(tf);
  if (!(await tf.setBackend('wasm')))
    throw new OperationFailed({
      where: 'TensorFlow.js',
      what: 'the WebAssembly backend did not start',
      remedy: 'reinstall with npm ci',
    });
  await tf.ready();
  return { name: 'wasm', tf };
}
