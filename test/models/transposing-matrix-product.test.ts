import { beforeAll, expect, it } from 'vitest';
import { type Backend, startBackend } from '../../models/backend.ts';

let backend: Backend;

beforeAll(async () => {
  backend = await startBackend();
});

/** Row-major product of row-major matrices, as a schoolbook has it. */
function expected(a: number[][], b: number[][]): number[] {
  return a.flatMap((row) => b[0]!.map((_, j) => row.reduce((sum, value, k) => sum + value * b[k]![j]!, 0)));
}

const turned = (m: number[][]): number[][] => m[0]!.map((_, j) => m.map((row) => row[j]!));
const tall = [
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, 9],
  [10, 11, 13],
];
const slim = [[1], [-2], [3], [5]];
const wide = [
  [1, 0, 2, 1, 7],
  [0, 1, 1, 3, 1],
  [2, 2, 0, 1, 0],
  [1, 1, 1, 1, 1],
];

it.each([
  ['the smaller operand second', tall, slim],
  ['the smaller operand first', slim, tall],
  ['equal rows', tall, wide],
])('transposed products are right with %s, and leave no tensor', (_, a, b) => {
  const { tf } = backend;
  const before = tf.memory().numTensors;
  const buffers = tf.memory().numDataBuffers;
  tf.tidy(() => {
    expect([...tf.matMul(tf.tensor2d(a), tf.tensor2d(b), true, false).dataSync()]).toEqual(
      expected(turned(a), b),
    );
    expect([...tf.matMul(tf.tensor2d(turned(a)), tf.tensor2d(turned(b)), false, true).dataSync()]).toEqual(
      expected(turned(a), b),
    );
    expect([...tf.matMul(tf.tensor2d(a), tf.tensor2d(turned(b)), true, true).dataSync()]).toEqual(
      expected(turned(a), b),
    );
  });
  expect(tf.memory().numTensors).toBe(before);
  expect(tf.memory().numDataBuffers).toBe(buffers);
});
