import { expect, it } from 'vitest';
import { packYear } from '../../../serving/read-model/packed-year.ts';
import type { AccountYear } from '../../../serving/scores-mart/year-of-activity.ts';
import { day } from '../small-marts.ts';

async function* years(...given: AccountYear[]) {
  yield* given;
}

const year = (accountId: string, weeksByKind: Record<string, readonly number[]>): AccountYear => ({
  accountId,
  countedFrom: day('2026-01-01'),
  weeksByKind: new Map(Object.entries(weeksByKind)),
});

const rows = new Map(['a', 'b', 'c', 'd'].map((id, row) => [id, row]));

it('a packed year gives every count back, whatever its size, to the account it is of', async () => {
  const packed = await packYear(
    rows,
    years(
      year('c', { export: [0, 127, 7, 128, 8, 16_384, 51, Number.MAX_SAFE_INTEGER] }),
      year('left', { export: [3, 3] }),
      year('a', {}),
      year('b', { message: [1, 1], export: [2, 2] }),
    ),
  );
  const weeks = (counts: Record<number, number>) =>
    Array.from({ length: 52 }, (_, at) => counts[51 - at] ?? 0);
  expect(packed.of(0)).toEqual({ countedFrom: '2026-01-01', weeksByKind: new Map() });
  expect(packed.of(1)!.weeksByKind).toEqual(
    new Map([
      ['message', weeks({ 1: 1 })],
      ['export', weeks({ 2: 2 })],
    ]),
  );
  expect(packed.of(2)!.weeksByKind).toEqual(
    new Map([['export', weeks({ 0: 127, 7: 128, 8: 16_384, 51: Number.MAX_SAFE_INTEGER })]]),
  );
  expect(packed.of(3)).toBeNull();
  expect(packed.of(4)).toBeNull();
});

it('another count is another digest', async () => {
  const digestOf = async (events: number) =>
    (await packYear(rows, years(year('a', { export: [0, events] })))).digest;
  expect(await digestOf(5)).toBe(await digestOf(5));
  expect(await digestOf(5)).not.toBe(await digestOf(6));
});
