import { describe, expect, it } from 'vitest';
import { inputTerms } from '../../../../models/scoring/kernels/input-terms.ts';
import { moveTerms } from '../../../../models/scoring/kernels/move-terms.ts';
import { startScoringMachine } from '../../../../models/scoring/kernels/scoring-kernels.ts';
import { vectorTable } from '../../../../models/scoring/kernels/vector-table.ts';
import { createRandom } from '../../../../stats/seeded-random.ts';

const WIDTH = 150;
const UNITS = 64;
const ROWS = 12;
const random = createRandom(3);
const weights = Float64Array.from({ length: WIDTH * UNITS }, () => random.normal());
const bias = Float32Array.from({ length: UNITS }, () => random.normal());

/** Runs of ones of every length, across the places where running sums start anew too, between zeros and other numbers. */
function encodedRows(): Float32Array {
  const inputs = new Float32Array(ROWS * WIDTH);
  for (let cell = 0; cell < inputs.length; ) {
    const length = 1 + random.integer(random.next() < 0.2 ? 90 : 6);
    const kind = random.integer(3);
    for (let step = 0; step < length && cell < inputs.length; step++, cell++)
      inputs[cell] = kind === 0 ? 0 : kind === 1 ? 1 : random.normal();
  }
  // A row that has nothing, and one that has everything.
  inputs.fill(0, 0, WIDTH);
  inputs.fill(1, WIDTH, 2 * WIDTH);
  return inputs;
}

function machineWithTable() {
  const machine = startScoringMachine();
  const keep = <Values extends Float32Array | Int32Array>(values: Values): number => {
    const offset = machine.allocate(values.byteLength);
    machine
      .integers(offset, values.length)
      .set(new Int32Array(values.buffer, values.byteOffset, values.length));
    return offset;
  };
  return { ...machine, keep, table: keep(vectorTable(weights, UNITS)) };
}

describe('terms of encoded rows', () => {
  it('add up to inputs · weights + bias', () => {
    const inputs = encodedRows();
    const { words, starts } = inputTerms(inputs, ROWS);
    const { kernels, keep, table, floats } = machineWithTable();
    const [biasAt, wordsAt, startsAt, out] = [
      bias,
      words.slice(),
      starts,
      new Float32Array(ROWS * UNITS),
    ].map(keep);
    kernels.addTerms(table, 2 * WIDTH, biasAt!, wordsAt!, startsAt!, out!, ROWS, UNITS);
    floats(out!, ROWS * UNITS).forEach((value, cell) => {
      let sum = bias[cell % UNITS]!;
      for (let input = 0; input < WIDTH; input++)
        sum += inputs[Math.floor(cell / UNITS) * WIDTH + input]! * weights[input * UNITS + (cell % UNITS)]!;
      expect(Math.abs(value - sum)).toBeLessThan(1e-4);
    });
  });

  it('are fewer than the inputs that are not 0', () => {
    const bins = new Float32Array(60).fill(1);
    expect([...inputTerms(bins, 1).words]).toEqual([1, 0, 0, (60 + 59) * 128]);
  });
});

describe.each([
  ['one start for all', 1],
  ['a start for each', ROWS],
])('terms of the way from %s', (_, startRows) => {
  it('give what each slot contributes along a gradient', () => {
    const inputs = encodedRows();
    const from = encodedRows().slice(0, startRows * WIDTH);
    from.set(inputs.subarray(3 * WIDTH, 3 * WIDTH + 40));
    const slotOfInput = Int32Array.from({ length: WIDTH }, (_, input) => Math.floor(input / 13));
    const slotCount = 12;
    const gradients = Float32Array.from({ length: ROWS * UNITS }, () => random.normal());
    const { offsets, factors, slots, starts } = moveTerms(from, inputs, slotOfInput, ROWS);
    const { kernels, keep, table, floats } = machineWithTable();
    const [gradientsAt, offsetsAt, startsAt, out] = [
      gradients,
      offsets.slice(),
      starts,
      new Float32Array(offsets.length),
    ].map(keep);
    kernels.projectOnTerms(table, 2 * WIDTH, gradientsAt!, offsetsAt!, startsAt!, out!, ROWS, UNITS);
    const products = floats(out!, offsets.length);
    for (let row = 0; row < ROWS; row++) {
      const found = new Float64Array(slotCount);
      for (let term = starts[row]!; term < starts[row + 1]!; term++)
        found[slots[term]!]! += factors[term]! * products[term]!;
      const wanted = new Float64Array(slotCount);
      for (let input = 0; input < WIDTH; input++) {
        const way = inputs[row * WIDTH + input]! - from[(from.length === WIDTH ? 0 : row * WIDTH) + input]!;
        for (let unit = 0; unit < UNITS; unit++)
          wanted[slotOfInput[input]!]! +=
            way * weights[input * UNITS + unit]! * gradients[row * UNITS + unit]!;
      }
      wanted.forEach((value, slot) => {
        expect(Math.abs(found[slot]! - value)).toBeLessThan(1e-3);
      });
    }
  });
});
