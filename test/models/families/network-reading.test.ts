import { describe, expect, it } from 'vitest';
import { FAMILY_NAMES, familyNamed } from '../../../models/families/families.ts';
import type { NetworkPath } from '../../../models/families/family.ts';
import { encodedBlock } from '../../../models/scoring/kernels/encoded-block.ts';
import { encodedMove } from '../../../models/scoring/kernels/encoded-move.ts';
import { createRandom } from '../../../stats/seeded-random.ts';
import { learnerNamed } from '../../../training/learners/learners.ts';

const INPUTS = 12;
const INTERVALS = 3;
const ROWS = 20;
const random = createRandom(5);
const slotOfInput = Int32Array.from({ length: INPUTS }, (_, input) => Math.floor(input / 3));
const blockOf = (rows: number) =>
  encodedBlock(
    Float32Array.from({ length: rows * INPUTS }, () => random.next()),
    rows,
  );

describe.each([
  ['by itself', []],
  ['with learnt weeks', [0, 1, 2, 3, 4, 5]],
])('readings of a network %s', (_, weeklyInputs) => {
  it.each(FAMILY_NAMES)('of %s are independent: two walks at once go where each goes alone', (family) => {
    const learner = learnerNamed(family, weeklyInputs);
    const baseLogits = new Float64Array(INTERVALS).fill(-2);
    const weights = learner.initialise({ inputs: INPUTS, intervals: INTERVALS }, baseLogits, random);
    const moved = new Map(
      [...weights].map(([name, { shape, values }]) => [
        name,
        { shape, values: name.endsWith('/weight') ? values.map(() => random.normal() / 8) : values },
      ]),
    );
    const network = familyNamed(family).network(moved);
    const [start, first, second] = [blockOf(1), blockOf(ROWS), blockOf(ROWS)];
    const beginning = (end: typeof first): NetworkPath =>
      network.read(end).pathAlong(encodedMove(start, end, slotOfInput, 4));
    const upstream = new Float64Array(ROWS * INTERVALS).fill(1);
    const steps = (path: NetworkPath, contributions: Float64Array) => [
      () => path.logitsAt(0.5),
      () => path.accumulate(upstream, 0.5),
      () => path.logitsAt(0.9),
      () => path.accumulate(upstream, 0.5),
      () => path.contribute(contributions, 1),
    ];

    const alone = [first, second].map((end) => {
      const contributions = new Float64Array(ROWS * 4);
      for (const step of steps(beginning(end), contributions)) step();
      return contributions;
    });
    const together = [new Float64Array(ROWS * 4), new Float64Array(ROWS * 4)];
    const walks = [first, second].map((end, index) => steps(beginning(end), together[index]!));
    for (const step of walks[0]!.keys()) for (const walk of walks) walk[step]!();

    expect(together).toEqual(alone);
    expect(alone[0]!.some((part) => part !== 0)).toBe(true);
    expect([...network.read(first).logits()]).toEqual([...network.logits(first)]);
  });
});
