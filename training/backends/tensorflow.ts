import type * as TensorFlow from '@tensorflow/tfjs-core';

export type { TensorFlow };

/** Where tensors are computed: libtensorflow where it is installed, WebAssembly everywhere else. */
export type BackendName = 'tensorflow' | 'wasm';

export interface Backend {
  readonly name: BackendName;
  readonly tf: typeof TensorFlow;
}
