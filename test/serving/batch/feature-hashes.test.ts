import { expect, it } from 'vitest';
import type { FeatureFrame } from '../../../features/contract/feature-frame.ts';
import { featureHashes } from '../../../serving/batch/feature-hashes.ts';

function frame(
  numbers: readonly number[],
  texts: readonly (string | null)[],
  levels: readonly string[],
): FeatureFrame {
  return {
    rowCount: numbers.length,
    columns: new Map([
      ['x', { kind: 'number', values: Float64Array.from(numbers) }],
      [
        'plan',
        { kind: 'category', codes: Int32Array.from(texts, (text) => levels.indexOf(text ?? '')), levels },
      ],
    ]),
  };
}

it('is equal for equal values, for any codes, other rows and bits of zero and NaN', () => {
  const one = featureHashes(frame([1, 0, Number.NaN], ['a', 'b', null], ['a', 'b']), ['x', 'plan']);
  const other = featureHashes(frame([Number.NaN, -0, 1], [null, 'b', 'a'], ['b', 'a', 'unused']), [
    'x',
    'plan',
  ]);
  expect(other.toReversed()).toEqual(one);
  for (const hash of one) expect(hash).toMatch(/^[0-9a-f]{16}$/);
});

it('differs when one value differs, is missing or is in another column', () => {
  const hashes = [
    ...featureHashes(frame([1, 2, Number.NaN, 0, 1, 1], ['a', 'a', 'a', 'a', 'b', null], ['a', 'b']), [
      'x',
      'plan',
    ]),
    ...featureHashes(frame([1], ['a'], ['a']), ['plan', 'x']),
  ];
  expect(new Set(hashes).size).toBe(hashes.length);
});

it('has no collision among 200 000 neighbouring rows', () => {
  const values = Float64Array.from({ length: 200_000 }, (_, row) => row / 8);
  const many: FeatureFrame = {
    rowCount: values.length,
    columns: new Map([['x', { kind: 'number', values }]]),
  };
  expect(new Set(featureHashes(many, ['x'])).size).toBe(values.length);
});

it('refuses a frame without the feature', () => {
  expect(() => featureHashes(frame([1], ['a'], ['a']), ['y'])).toThrow('no column y');
});
