import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../stats/seeded-random.ts';
import { type StartedBackend, startBackend } from '../../../training/backends/backend.ts';
import type { BackendChoice } from '../../../training/backends/backend-choice.ts';
import { fitOnMadeUpAccounts } from './fit-on-made-up-accounts.ts';

/** What every backend must do, whatever computes. Its products are held to a schoolbook's, in 64 bits. */
export function describeBackend(choice: BackendChoice): void {
  describe(`backend ${choice}`, () => {
    let backend: StartedBackend;

    beforeAll(async () => {
      backend = await startBackend(choice);
    });

    it.each<[string, number[], number[]]>([
      ['less than a tile', [3, 5], [5, 2]],
      ['whole tiles', [8, 16], [16, 24]],
      ['rests of tiles', [7, 13], [13, 11]],
      ['more depth than is packed at a time', [5, 600], [600, 9]],
      ['one row', [1, 300], [300, 17]],
      ['one column', [300, 17], [17, 1]],
      ['one product per member', [3, 6, 10], [3, 10, 5]],
      ['the same left operand for every member', [6, 10], [3, 10, 5]],
      ['the same right operand for every member', [3, 6, 10], [1, 10, 5]],
      ['members of members', [2, 3, 4, 5], [2, 3, 5, 6]],
      ['no depth at all', [3, 0], [0, 4]],
    ])('multiplies matrices in every transposition: %s', (_, shapeA, shapeB) => {
      const { tf } = backend;
      const a = values(shapeA, 1);
      const b = values(shapeB, 2);
      const wanted = product(a, shapeA, b, shapeB);
      // Memory that comes back used must not shine through.
      tf.tidy(() => {
        for (let block = 0; block < 9; block++) tf.fill([wanted.length], 7);
      });
      for (const transposeA of [false, true])
        for (const transposeB of [false, true]) {
          const got = tf.tidy(() => {
            const left = tf.tensor(a, shapeA);
            const right = tf.tensor(b, shapeB);
            const turn = (x: typeof left) =>
              tf.transpose(x, [...x.shape.keys()].slice(0, -2).concat(x.rank - 1, x.rank - 2));
            return tf
              .matMul(
                transposeA ? turn(left) : left,
                transposeB ? turn(right) : right,
                transposeA,
                transposeB,
              )
              .dataSync();
          });
          expect(largestDifference(got, wanted)).toBeLessThan(1e-4);
        }
    });

    it('refuses operands that do not fit', () => {
      const { tf } = backend;
      expect(() => tf.tidy(() => tf.matMul(tf.ones([2, 3]), tf.ones([4, 2])))).toThrow();
    });

    it.each<[number[], number[]]>([
      [[37, 9], [0]],
      [[37, 9], [1]],
      [
        [37, 9],
        [0, 1],
      ],
      [[4, 6, 5], [1]],
      [
        [4, 6, 5],
        [0, 2],
      ],
      [[4, 6, 5], [-1]],
      [
        [4, 6, 5],
        [2, 1],
      ],
      [[5], [0]],
      [[0, 3], [0]],
    ])('sums %o over %o', (shape, axes) => {
      const { tf } = backend;
      const x = values(shape, 3);
      const wanted = sums(
        x,
        shape,
        axes.map((axis) => (axis + shape.length) % shape.length),
      );
      for (const keepDims of [false, true]) {
        const total = tf.tidy(() => tf.keep(tf.sum(tf.tensor(x, shape), axes, keepDims)));
        expect(total.rank).toBe(keepDims ? shape.length : shape.length - axes.length);
        expect(largestDifference(total.dataSync(), wanted)).toBeLessThan(1e-5);
        total.dispose();
      }
    });

    it('leaves no tensor and no buffer', () => {
      const { tf } = backend;
      const before = tf.memory();
      tf.tidy(() => {
        const a = tf.ones([30, 20]);
        return tf.sum(tf.matMul(a, a, true, false), 0).dataSync();
      });
      expect(tf.memory().numTensors).toBe(before.numTensors);
      expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
    });

    it('trains to the same weights for the same seed', () => {
      const first = fitOnMadeUpAccounts(backend, 1);
      expect(fitOnMadeUpAccounts(backend, 1).weights).toEqual(first.weights);
      expect(fitOnMadeUpAccounts(backend, 2).weights).not.toEqual(first.weights);
    });
  });
}

function values(shape: readonly number[], seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: sizeOf(shape) }, () => random.normal());
}

function product(a: Float32Array, shapeA: number[], b: Float32Array, shapeB: number[]): number[] {
  const [rows, depth] = shapeA.slice(-2) as [number, number];
  const columns = shapeB.at(-1)!;
  const membersA = sizeOf(shapeA.slice(0, -2));
  const membersB = sizeOf(shapeB.slice(0, -2));
  const result: number[] = [];
  for (let member = 0; member < Math.max(membersA, membersB); member++)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        let sum = 0;
        for (let k = 0; k < depth; k++)
          sum +=
            a[((member % membersA) * rows + row) * depth + k]! *
            b[((member % membersB) * depth + k) * columns + column]!;
        result.push(sum);
      }
  return result;
}

function sums(x: Float32Array, shape: number[], axes: number[]): number[] {
  const kept = shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
  const result = new Array<number>(sizeOf(kept)).fill(0);
  for (let cell = 0; cell < x.length; cell++) {
    let rest = cell;
    let stride = 1;
    let to = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (kept[axis]! > 1) to += (rest % shape[axis]!) * stride;
      stride *= kept[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    result[to]! += x[cell]!;
  }
  return result;
}

function largestDifference(got: ArrayLike<number>, wanted: readonly number[]): number {
  expect(got.length).toBe(wanted.length);
  return wanted.reduce((largest, value, cell) => Math.max(largest, Math.abs(value - got[cell]!)), 0);
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}
