import { createRequire } from 'node:module';
import { join } from 'node:path';
import util from 'node:util';
import { registerGradients } from './gradients.ts';
import type { Backend, TensorFlow } from './tensorflow.ts';

/** The build writes to dist/, one folder deeper than the sources. */
const root = join(import.meta.dirname, import.meta.filename.endsWith('.ts') ? '../..' : '../../..');

/** Where `npm run backend:native` installs: outside node_modules, which npm ci empties. */
export const NATIVE_BACKEND_FOLDER = join(root, '.churn-native');

const PACKAGE = '@tensorflow/tfjs-node';

export type NativeStart = { readonly backend: Backend } | { readonly refusal: string };

/**
 * Starts TensorFlow.js on libtensorflow, through `@tensorflow/tfjs-node`, where it is installed and loads.
 *
 * @param folder where it is looked for first, as Node looks for packages: there, then in the folders above
 */
export async function startNativeBackend(folder = NATIVE_BACKEND_FOLDER): Promise<NativeStart> {
  const requireThere = createRequire(join(folder, 'package.json'));
  if (!isInstalled(requireThere))
    return { refusal: 'it is not installed; npm run backend:native installs it' };
  restoreLegacyUtil();
  try {
    // The package's own copy of the core is used throughout: tensors of two copies do not know each other.
    const tf = requireThere(PACKAGE) as typeof TensorFlow;
    if (!(await tf.setBackend('tensorflow'))) return { refusal: 'its backend did not start' };
    await tf.ready();
    registerGradients(tf);
    return { backend: { name: 'tensorflow', tf } };
  } catch (cause) {
    const [reason] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    return { refusal: `it does not load (${reason}); npm run backend:native -- --again builds it anew` };
  }
}

/** Other packages ask for tfjs-node and are given the portable one under its name: what counts is what it calls itself. */
function isInstalled(requireThere: NodeJS.Require): boolean {
  try {
    return (requireThere(`${PACKAGE}/package.json`) as { name: string }).name === PACKAGE;
  } catch {
    return false;
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
