import type { TensorFlow } from './tensorflow.ts';

/**
 * Registers the derivatives of the operations that families are built from.
 * The core package leaves them out, and its file that has them all is not loadable by Node; a family that
 * needs another operation adds its derivative here.
 */
export function registerGradients(tf: typeof TensorFlow): void {
  const known: TensorFlow.GradConfig[] = [
    {
      kernelName: 'Add',
      inputsToSave: ['a', 'b'],
      gradFunc: (upstream, [a, b]) => ({
        a: () => reduceTo(tf, single(upstream), a!),
        b: () => reduceTo(tf, single(upstream), b!),
      }),
    },
    {
      kernelName: 'Multiply',
      inputsToSave: ['a', 'b'],
      gradFunc: (upstream, [a, b]) => ({
        a: () => reduceTo(tf, tf.mul(single(upstream), b!), a!),
        b: () => reduceTo(tf, tf.mul(single(upstream), a!), b!),
      }),
    },
    {
      kernelName: 'Sigmoid',
      outputsToSave: [true],
      gradFunc: (upstream, [y]) => ({
        x: () => tf.mul(single(upstream), tf.mul(y!, tf.sub(1, y!))),
      }),
    },
    {
      kernelName: 'Reshape',
      inputsToSave: ['x'],
      gradFunc: (upstream, [x]) => ({ x: () => tf.reshape(single(upstream), x!.shape) }),
    },
    {
      kernelName: 'BatchMatMul',
      inputsToSave: ['a', 'b'],
      // Families never transpose in the forward pass.
      gradFunc: (upstream, [a, b]) => ({
        a: () => tf.matMul(single(upstream), b!, false, true),
        b: () => tf.matMul(a!, single(upstream), true, false),
      }),
    },
  ];
  for (const gradient of known)
    if (tf.getGradient(gradient.kernelName) === undefined) tf.registerGradient(gradient);
}

function single(upstream: TensorFlow.Tensor | TensorFlow.Tensor[]): TensorFlow.Tensor {
  return Array.isArray(upstream) ? upstream[0]! : upstream;
}

/** Undoes broadcasting: sums over the axes along which `operand` was repeated. */
function reduceTo(
  tf: typeof TensorFlow,
  gradient: TensorFlow.Tensor,
  operand: TensorFlow.Tensor,
): TensorFlow.Tensor {
  const axes = tf.broadcast_util.getReductionAxes(operand.shape, gradient.shape);
  return axes.length === 0 ? gradient : tf.reshape(tf.sum(gradient, axes), operand.shape);
}
