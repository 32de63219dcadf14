import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import util from 'node:util';
import type { Backend, TensorFlow } from '../backend.ts';
import { registerGradients } from '../gradients.ts';

/** Where `npm run backend:native` installs: beside node_modules, which npm ci would empty. */
export const NATIVE_BACKEND_FOLDER = join(import.meta.dirname, '..', '..', '.churn-native');

export type NativeStart = { readonly backend: Backend } | { readonly refusal: string };

/**
 * Starts TensorFlow.js on libtensorflow, through `@tensorflow/tfjs-node`, where it is installed and loads.
 *
 * @param folder its node_modules holds the package
 */
export async function startNativeBackend(folder = NATIVE_BACKEND_FOLDER): Promise<NativeStart> {
  if (!existsSync(join(folder, 'node_modules', '@tensorflow', 'tfjs-node')))
    return { refusal: 'it is not installed; npm run backend:native installs it' };
  restoreLegacyUtil();
  try {
    // The package's own copy of the core is used throughout: tensors of two copies do not know each other.
    const tf = createRequire(join(folder, 'package.json'))('@tensorflow/tfjs-node') as typeof TensorFlow;
    if (!(await tf.setBackend('tensorflow'))) return { refusal: 'its backend did not start' };
    await tf.ready();
    registerGradients(tf);
    return { backend: { name: 'tensorflow', tf } };
  } catch (cause) {
    const [reason] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    return { refusal: `it does not load (${reason}); npm run backend:native -- --again builds it anew` };
  }
}

/** tfjs-node 4.22 calls functions that Node 23 and later no longer have. */
function restoreLegacyUtil(): void {
  const legacy = util as {
    isNullOrUndefined?: (value: unknown) => boolean;
    isArray?: (value: unknown) => boolean;
  };
  legacy.isNullOrUndefined ??= (value) => value === null || value === undefined;
  legacy.isArray ??= Array.isArray;
}
