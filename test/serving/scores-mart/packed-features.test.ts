import { expect, test } from 'vitest';
import type { FeatureColumn } from '../../../features/contract/feature-frame.ts';
import type { FeatureSet } from '../../../features/contract/feature-set.ts';
import { packRows, unpackRow } from '../../../serving/scores-mart/packed-features.ts';

const VALUES = [
  0,
  -0,
  1,
  250,
  251,
  255,
  256,
  -1,
  32_767,
  -32_768,
  32_768,
  2 ** 31 - 1,
  -(2 ** 31),
  2 ** 31,
  2 ** 40,
  0.5,
  0.1,
  1 / 3,
  -7.25,
  1e-300,
  1e300,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.MIN_VALUE,
];
const LEVELS = [null, 'plus', '', 'größer "x"'];
const featureSet = {
  name: 'packed',
  version: 1,
  features: [
    { name: 'plan', type: 'category' },
    ...VALUES.map((_, at) => ({ name: `n${at}`, type: 'number' })),
    { name: 'region', type: 'category' },
  ],
} as unknown as FeatureSet;
const names = featureSet.features.map(({ name }) => name);

function frame() {
  const rowCount = LEVELS.length;
  const levels = LEVELS.filter((level) => level !== null);
  const codes = Int32Array.from(LEVELS, (level) => (level === null ? -1 : levels.indexOf(level)));
  const category = { kind: 'category', codes, levels } as const;
  const number = (at: number) =>
    ({
      kind: 'number',
      values: Float64Array.from({ length: rowCount }, (_, row) => VALUES[(at + row) % VALUES.length]!),
    }) as const;
  return {
    rowCount,
    columns: new Map<string, FeatureColumn>([
      ['plan', category],
      ['region', category],
      ...VALUES.map((_, at) => [`n${at}`, number(at)] as const),
    ]),
  };
}

test('every value comes back to the same bits', () => {
  packRows(frame(), names).forEach((packed, row) => {
    const { columns } = unpackRow(packed, featureSet);
    for (const [at] of VALUES.entries()) {
      const column = columns.get(`n${at}`)!;
      const value = column.kind === 'number' ? column.values[0] : undefined;
      expect(Object.is(value, VALUES[(at + row) % VALUES.length])).toBe(true);
    }
    for (const name of ['plan', 'region']) {
      const column = columns.get(name)!;
      if (column.kind !== 'category') throw new Error(name);
      expect(column.codes[0]! < 0 ? null : column.levels[column.codes[0]!]).toBe(LEVELS[row]);
    }
  });
});

test('a row of another feature set is refused', () => {
  const [packed] = packRows(frame(), names);
  for (const features of [featureSet.features.slice(0, -2), [...featureSet.features, ...featureSet.features]])
    expect(() => unpackRow(packed!, { ...featureSet, features })).toThrow(/do not fit the feature set/);
});
