import { describe, expect, it } from 'vitest';
import { startScoringMachine } from '../../../../models/scoring/kernels/scoring-kernels.ts';
import { createRandom } from '../../../../stats/seeded-random.ts';
import { sigmoid } from '../../../../stats/sigmoid.ts';

const random = createRandom(1);
const normals = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());

function machineWith(...arrays: readonly Float32Array[]) {
  const machine = startScoringMachine();
  const offsets = arrays.map((values) => machine.allocate(values.byteLength));
  arrays.forEach((values, index) => {
    machine.floats(offsets[index]!, values.length).set(values);
  });
  return { ...machine, offsets };
}

describe('silu', () => {
  // Everywhere from where the exponential overflows to where it vanishes, and the places in between that matter.
  const sums = Float32Array.from(
    { length: 4_000 },
    (_, cell) => (cell - 2_000) / (cell % 2 === 0 ? 200 : 10),
  );
  const { kernels, floats, offsets } = machineWith(
    sums,
    sums.map(() => 0),
    sums.map(() => 0),
  );
  kernels.silu(offsets[0]!, offsets[1]!, offsets[2]!, sums.length);
  const [, active, slopes] = offsets.map((offset) => floats(offset, sums.length));

  it('is x · sigmoid(x)', () => {
    sums.forEach((x, cell) => {
      expect(Math.abs(active![cell]! - x * sigmoid(x))).toBeLessThan(4e-7 * Math.max(1, Math.abs(x)));
    });
  });

  it('has its slope', () => {
    sums.forEach((x, cell) => {
      const gate = sigmoid(x);
      expect(Math.abs(slopes![cell]! - gate * (1 + x * (1 - gate)))).toBeLessThan(2e-6);
    });
  });
});

describe('product', () => {
  const [rows, depth, columns] = [8, 5, 16];
  const left = normals(rows * depth);
  const right = normals(depth * columns);
  const bias = normals(columns);
  const factors = normals(rows * columns);
  const panels = new Float32Array(right.length);
  for (let column = 0; column < columns; column++)
    for (let step = 0; step < depth; step++)
      panels[(Math.floor(column / 8) * depth + step) * 8 + (column % 8)] = right[step * columns + column]!;
  const wanted = (row: number, column: number): number => {
    let sum = 0;
    for (let step = 0; step < depth; step++)
      sum += left[row * depth + step]! * right[step * columns + column]!;
    return sum;
  };
  const { kernels, floats, offsets } = machineWith(
    left,
    panels,
    bias,
    factors,
    new Float32Array(rows * columns),
  );
  const [leftAt = 0, panelsAt = 0, biasAt = 0, factorsAt = 0, out = 0] = offsets;

  it('adds a bias', () => {
    kernels.product(leftAt, panelsAt, biasAt, 0, out, rows, depth, columns);
    floats(out, rows * columns).forEach((value, cell) => {
      const column = cell % columns;
      expect(value).toBeCloseTo(wanted(Math.floor(cell / columns), column) + bias[column]!, 5);
    });
  });

  it('is scaled cell by cell', () => {
    kernels.product(leftAt, panelsAt, 0, factorsAt, out, rows, depth, columns);
    floats(out, rows * columns).forEach((value, cell) => {
      expect(value).toBeCloseTo(wanted(Math.floor(cell / columns), cell % columns) * factors[cell]!, 5);
    });
  });
});

it('memory grows and keeps its contents', () => {
  const { allocate, floats, offsets } = machineWith(Float32Array.of(1, 2, 3));
  const far = allocate(10_000_000);
  floats(far, 2_500_000).fill(7);
  expect([...floats(offsets[0]!, 3)]).toEqual([1, 2, 3]);
});
