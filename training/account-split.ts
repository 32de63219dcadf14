import { BadInput } from '../features/contract/failure.ts';
import type { LabelledFrame } from '../features/contract/feature-frame.ts';
import { createRandom } from '../stats/seeded-random.ts';
import { shuffledRows } from '../stats/shuffled-rows.ts';
import { type Slice, sliceAsKnown } from './slice.ts';
import type { Split, SplitOptions } from './split.ts';

const TEST_SHARE = 0.2;
const VALIDATION_SHARE = 0.2;

/** For tables without time: whole accounts at random, with the same share of churned ones in every slice. */
export function accountSplit(labelled: LabelledFrame, { seed, testFrom, testTenants }: SplitOptions): Split {
  if (testFrom !== undefined || testTenants !== undefined)
    throw new BadInput({
      where: testFrom === undefined ? '--test-tenant' : '--test-from',
      what: 'the table has no as-of date to split by',
      remedy: 'name it with --as-of COLUMN or leave the option out',
    });
  const everything = sliceAsKnown(
    labelled,
    labelled.groups.keys(),
    labelled.targets.map(() => 0),
    null,
  );
  const [test, before] = holdOutAccounts(labelled, everything, TEST_SHARE, seed);
  const [validation, training] = holdOutAccounts(labelled, before, VALIDATION_SHARE, seed + 1);
  return {
    training,
    validation,
    test,
    production: everything,
    testReserved: false,
    method: `accounts at random (seed ${seed}), stratified by label: 64 % train, 16 % validate, 20 % test`,
    notes: ['no as-of dates: a random split flatters a model that will score the future'],
  };
}

/** Takes a share of accounts out of a slice, the same share of those that churned and of those that did not. */
export function holdOutAccounts(
  { groups }: LabelledFrame,
  { rows, labels }: Slice,
  share: number,
  seed: number,
): [heldOut: Slice, rest: Slice] {
  const churned = new Map<number, boolean>();
  rows.forEach((row, position) => {
    const group = groups[row]!;
    churned.set(group, (churned.get(group) ?? false) || labels[0]![position] === 1);
  });
  const chosen = new Set<number>();
  for (const kind of [true, false]) {
    const ofKind = [...churned.keys()].filter((group) => churned.get(group) === kind);
    const order = shuffledRows(ofKind.length, createRandom(`${seed}/held out/${kind}`));
    for (const index of order.subarray(0, Math.round(share * ofKind.length))) chosen.add(ofKind[index]!);
  }
  const positionsWhere = (held: boolean): Slice => {
    const positions = Int32Array.from(rows.keys()).filter(
      (position) => chosen.has(groups[rows[position]!]!) === held,
    );
    return {
      rows: positions.map((position) => rows[position]!),
      labels: labels.map((column) => Float64Array.from(positions, (position) => column[position]!)),
    };
  };
  return [positionsWhere(true), positionsWhere(false)];
}
