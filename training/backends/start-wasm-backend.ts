import { OperationFailed } from '../../features/contract/failure.ts';
import { registerGradients } from './gradients.ts';
import { registerFastKernels } from './register-fast-kernels.ts';
import type { Backend } from './tensorflow.ts';

/** Starts TensorFlow.js on WebAssembly: one thread, on every machine. */
export async function startWasmBackend(): Promise<Backend> {
  const tf = await import('@tensorflow/tfjs-core');
  await import('@tensorflow/tfjs-backend-wasm');
  if (!(await tf.setBackend('wasm')))
    throw new OperationFailed({
      where: 'TensorFlow.js',
      what: 'the WebAssembly backend did not start',
      remedy: 'reinstall with npm ci',
    });
  await tf.ready();
  await registerFastKernels(tf);
  registerGradients(tf);
  return { name: 'wasm', tf };
}
