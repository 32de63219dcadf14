import { readFile } from 'node:fs/promises';
import type * as TensorFlow from '@tensorflow/tfjs-core';

type Operand = TensorFlow.TensorInfo;
type Kernel = TensorFlow.KernelConfig['kernelFunc'];

/** What training-kernels.wasm exports; compiled from tools/kernels/training-kernels.ts. Pointers are byte offsets, strides and counts floats. */
interface FastKernels {
  productScratch(columns: number): number;
  product(
    left: number,
    leftRowStride: number,
    leftDepthStride: number,
    right: number,
    rightDepthStride: number,
    rightColumnStride: number,
    out: number,
    rows: number,
    columns: number,
    depth: number,
    scratch: number,
  ): void;
  sumMiddle(values: number, out: number, outer: number, middle: number, inner: number): void;
  sumLast(values: number, out: number, outer: number, inner: number): void;
}

/** What is used of the shipped backend. Its memory is the one the fast kernels work in. */
interface WasmBackend {
  readonly wasm: {
    readonly asm: { readonly memory: object };
    _malloc(byteCount: number): number;
    _free(offset: number): void;
  };
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } };
  makeOutput(shape: readonly number[], dtype: 'float32'): Operand;
}

const FLOAT_BYTES = 4;

/** Its types come with a browser's, which this project does not load. */
const { WebAssembly: webAssembly } = globalThis as unknown as {
  WebAssembly: { instantiate(file: Uint8Array, imports: object): Promise<{ instance: { exports: object } }> };
};

/**
 * Registers matrix products and sums over the shipped ones of the running WASM backend.
 * The shipped product takes a scalar path for transposed operands, which every gradient has, and the shipped sum turns
 * the whole tensor first unless it adds up the last axis, which no bias gradient does.
 */
export async function registerFastKernels(tf: typeof TensorFlow): Promise<void> {
  const backend = tf.backend() as unknown as WasmBackend;
  const file = await readFile(new URL('training-kernels.wasm', import.meta.url));
  const { instance } = await webAssembly.instantiate(file, { env: { memory: backend.wasm.asm.memory } });
  const kernels = instance.exports as unknown as FastKernels;
  replace(tf, 'BatchMatMul', (shipped) => matrixProduct(tf, kernels, backend, shipped));
  replace(tf, 'Sum', (shipped) => sum(tf, kernels, backend, shipped));
}

function replace(tf: typeof TensorFlow, kernelName: string, faster: (shipped: Kernel) => Kernel): void {
  const shipped = tf.getKernel(kernelName, 'wasm');
  tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({ ...shipped, kernelFunc: faster(shipped.kernelFunc) });
}

function matrixProduct(
  tf: typeof TensorFlow,
  kernels: FastKernels,
  backend: WasmBackend,
  shipped: Kernel,
): Kernel {
  let scratch = 0;
  let scratchBytes = 0;
  /** Grows to the widest product there was and is kept: training asks for the same few widths again and again. */
  function scratchFor(columns: number): number {
    const wanted = FLOAT_BYTES * kernels.productScratch(columns);
    if (wanted > scratchBytes) {
      if (scratchBytes > 0) backend.wasm._free(scratch);
      // Offsets past 2 GB come back signed.
      scratch = backend.wasm._malloc(wanted) >>> 0;
      scratchBytes = wanted;
    }
    return scratch;
  }

  return (call) => {
    const { a, b } = call.inputs as { a: Operand; b: Operand };
    const { transposeA, transposeB } = call.attrs as unknown as { transposeA: boolean; transposeB: boolean };
    const [rowsA, columnsA] = a.shape.slice(-2) as [number, number];
    const [rowsB, columnsB] = b.shape.slice(-2) as [number, number];
    const batchA = a.shape.slice(0, -2);
    const batchB = b.shape.slice(0, -2);
    const depth = transposeA ? rowsA : columnsA;
    // One of them may be repeated for all of the other's; anything else, and what is wrong, is the shipped kernel's.
    const isOurs =
      a.dtype === 'float32' &&
      b.dtype === 'float32' &&
      depth === (transposeB ? columnsB : rowsB) &&
      (sizeOf(batchA) === 1 || sizeOf(batchB) === 1 || `${batchA}` === `${batchB}`);
    if (!isOurs) return shipped(call);
    const rows = transposeA ? columnsA : rowsA;
    const columns = transposeB ? rowsB : columnsB;
    const batch = tf.broadcast_util.assertAndGetBroadcastShape(batchA, batchB);
    const out = backend.makeOutput([...batch, rows, columns], 'float32');
    const scratchAt = scratchFor(columns);
    const nextA = sizeOf(batchA) > 1 ? FLOAT_BYTES * rowsA * columnsA : 0;
    const nextB = sizeOf(batchB) > 1 ? FLOAT_BYTES * rowsB * columnsB : 0;
    const count = Math.max(sizeOf(batchA), sizeOf(batchB));
    for (let index = 0; index < count; index++)
      kernels.product(
        offsetOf(backend, a) + index * nextA,
        transposeA ? 1 : columnsA,
        transposeA ? columnsA : 1,
        offsetOf(backend, b) + index * nextB,
        transposeB ? 1 : columnsB,
        transposeB ? columnsB : 1,
        offsetOf(backend, out) + index * FLOAT_BYTES * rows * columns,
        rows,
        columns,
        depth,
        scratchAt,
      );
    return out;
  };
}

function sum(tf: typeof TensorFlow, kernels: FastKernels, backend: WasmBackend, shipped: Kernel): Kernel {
  return (call) => {
    const { x } = call.inputs as { x: Operand };
    const { axis, keepDims } = call.attrs as unknown as { axis: number | number[]; keepDims: boolean };
    const axes = tf.util.parseAxisParam(axis, x.shape).sort((left, right) => left - right);
    const first = axes[0]!;
    const beyond = first + axes.length;
    const areNeighbours = axes.every((value, position) => value === first + position);
    if (x.dtype !== 'float32' || axes.length === 0 || !areNeighbours) return shipped(call);
    const outer = sizeOf(x.shape.slice(0, first));
    const middle = sizeOf(x.shape.slice(first, beyond));
    const inner = sizeOf(x.shape.slice(beyond));
    const kept = keepDims ? axes.map(() => 1) : [];
    const out = backend.makeOutput(
      [...x.shape.slice(0, first), ...kept, ...x.shape.slice(beyond)],
      'float32',
    );
    const from = offsetOf(backend, x);
    const to = offsetOf(backend, out);
    if (inner === 1) kernels.sumLast(from, to, outer, middle);
    else kernels.sumMiddle(from, to, outer, middle, inner);
    return out;
  };
}

function offsetOf(backend: WasmBackend, { dataId }: Operand): number {
  return backend.dataIdMap.get(dataId).memoryOffset;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}
