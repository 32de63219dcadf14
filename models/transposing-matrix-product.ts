import type * as TensorFlow from '@tensorflow/tfjs-core';

/**
 * Makes the WASM matrix product fast for transposed operands, which every gradient has.
 * The shipped kernel takes a scalar path for them; transposing first and taking the vector path
 * trains about three times as many rows per second.
 */
export function registerTransposingMatrixProduct(tf: typeof TensorFlow): void {
  const shipped = tf.getKernel('BatchMatMul', 'wasm');
  const transpose = tf.getKernel('Transpose', 'wasm');
  if (shipped === undefined || transpose === undefined) return;
  tf.unregisterKernel('BatchMatMul', 'wasm');
  tf.registerKernel({
    ...shipped,
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { a, b } = inputs as { a: TensorFlow.TensorInfo; b: TensorFlow.TensorInfo };
      const { transposeA, transposeB } = attrs as unknown as { transposeA: boolean; transposeB: boolean };
      const temporary: TensorFlow.TensorInfo[] = [];
      const straight = (operand: TensorFlow.TensorInfo, transposed: boolean): TensorFlow.TensorInfo => {
        if (!transposed) return operand;
        const rank = operand.shape.length;
        const perm = operand.shape.map((_, axis) =>
          axis === rank - 1 ? rank - 2 : axis === rank - 2 ? rank - 1 : axis,
        );
        const result = transpose.kernelFunc({ inputs: { x: operand }, backend, attrs: { perm } });
        temporary.push(result as TensorFlow.TensorInfo);
        return result as TensorFlow.TensorInfo;
      };
      const product = shipped.kernelFunc({
        inputs: { a: straight(a, transposeA), b: straight(b, transposeB) },
        backend,
        attrs: { transposeA: false, transposeB: false },
      });
      for (const tensor of temporary)
        (backend as { disposeData(id: object): void }).disposeData(tensor.dataId);
      return product;
    },
  });
}
