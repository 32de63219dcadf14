import type { LabelledFrame } from '../../features/contract/feature-frame.ts';
import { createRandom } from '../../stats/seeded-random.ts';
import { shuffledRows } from '../../stats/shuffled-rows.ts';
import { type Slice, takePositions } from './slice.ts';

/** Takes a share of accounts out of a slice, the same share of those that churned and of those that did not. */
export function holdOutAccounts(
  labelled: LabelledFrame,
  slice: Slice,
  share: number,
  seed: string,
): [heldOut: Slice, rest: Slice] {
  return separate(labelled, slice, (accounts) => (position) => position < Math.round(share * accounts), seed);
}

/** Deals whole accounts into folds of equal size and equal churn; gives, for each fold, its rows and all others. */
export function accountFolds(
  labelled: LabelledFrame,
  slice: Slice,
  folds: number,
  seed: string,
): [fold: Slice, rest: Slice][] {
  return Array.from({ length: folds }, (_, fold) =>
    separate(labelled, slice, () => (position) => position % folds === fold, seed),
  );
}

/** Shuffles churned accounts and the others, each among themselves, and takes those whose place is chosen. */
function separate(
  { groups }: LabelledFrame,
  slice: Slice,
  choice: (accounts: number) => (position: number) => boolean,
  seed: string,
): [chosen: Slice, rest: Slice] {
  const churned = new Map<number, boolean>();
  slice.rows.forEach((row, position) => {
    const group = groups[row]!;
    churned.set(group, (churned.get(group) ?? false) || slice.labels[0]![position] === 1);
  });
  const chosen = new Set<number>();
  for (const kind of [true, false]) {
    const ofKind = [...churned.keys()].filter((group) => churned.get(group) === kind);
    const isChosen = choice(ofKind.length);
    shuffledRows(ofKind.length, createRandom(`${seed}/${kind}`)).forEach((index, position) => {
      if (isChosen(position)) chosen.add(ofKind[index]!);
    });
  }
  const positions = Int32Array.from(slice.rows.keys());
  const isHeld = (position: number): boolean => chosen.has(groups[slice.rows[position]!]!);
  return [
    takePositions(slice, positions.filter(isHeld)),
    takePositions(
      slice,
      positions.filter((position) => !isHeld(position)),
    ),
  ];
}
