import { describe, expect, it } from 'vitest';
import { BadInput } from '../../../features/contract/failure.ts';
import type { FeatureColumn, FeatureFrame } from '../../../features/contract/feature-frame.ts';
import type { FeatureDefinition, FeatureSet } from '../../../features/contract/feature-set.ts';
import { encode, encodedWidth, encoderSchema, fitEncoder } from '../../../models/encoding/encoder.ts';

const OPTIONS = { piecewiseBins: 2, linear: true, rareRows: 2, maximumLevels: 10 };

function setOf(type: FeatureDefinition['type']): FeatureSet {
  return {
    name: 'one',
    version: 1,
    features: [{ name: 'x', type, label: 'x', unit: '', risk_when: 'either' }],
  };
}

const frameOf = (column: FeatureColumn, rowCount: number): FeatureFrame => ({
  rowCount,
  columns: new Map([['x', column]]),
});
const numbers = (...values: number[]): FeatureFrame =>
  frameOf({ kind: 'number', values: Float64Array.from(values) }, values.length);
const words = (...values: (string | null)[]): FeatureFrame => {
  const levels = [...new Set(values.filter((value) => value !== null))];
  const codes = Int32Array.from(values, (value) => (value === null ? -1 : levels.indexOf(value)));
  return frameOf({ kind: 'category', codes, levels }, values.length);
};
const encodeOne = (fitted: FeatureFrame, given: FeatureFrame, type: FeatureDefinition['type']) => [
  ...encode(fitEncoder(fitted, setOf(type), OPTIONS), setOf(type), given),
];

describe('numbers', () => {
  it('become a scaled value and one input per bin, full below, part in its own, empty above', () => {
    const [scaled, first, second] = encodeOne(numbers(0, 1, 2, 3, 4), numbers(3), 'number');
    expect(scaled).toBeGreaterThan(0);
    expect([first, second]).toEqual([1, 0.5]);
  });

  it('get an edge at a value that many rows share', () => {
    const encoder = fitEncoder(numbers(0, 0, 0, 0, 0, 0, 0, 5, 6, 7), setOf('number'), OPTIONS);
    expect(encoder.encodings[0]).toMatchObject({ edges: [0, 5, 6, 7] });
  });

  it('a flag that is set once among many rows is not constant', () => {
    const values = new Float64Array(50_000);
    values[12_345] = 1;
    const encoder = fitEncoder(frameOf({ kind: 'number', values }, values.length), setOf('number'), OPTIONS);
    expect(encoder.encodings[0]).toMatchObject({ edges: [0, 1] });
  });

  it('a missing value is the median and sets the indicator', () => {
    expect(encodeOne(numbers(0, 1, 2, Number.NaN), numbers(Number.NaN), 'number')).toEqual([0, 1, 0, 1]);
  });

  it('a missing value is the median when training saw none', () => {
    expect(encodeOne(numbers(0, 1, 2), numbers(Number.NaN), 'number')).toEqual([0, 1, 0]);
  });

  it('infinities and outliers stay within three scales', () => {
    const [up, down, far] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300].map(
      (value) => encodeOne(numbers(0, 1, 2, Number.POSITIVE_INFINITY), numbers(value), 'number')[0],
    );
    expect([up, down]).toEqual([3, -3]);
    expect(far).toBeCloseTo(3);
  });

  it('two values need one input', () => {
    expect(encodeOne(numbers(0, 1, 1), numbers(0, 1), 'number')).toEqual([0, 1]);
  });

  it('that arrive as text score the same, booleans by their words', () => {
    expect(encodeOne(numbers(0, 1, 2), words('2', ''), 'number')).toEqual(
      encodeOne(numbers(0, 1, 2), numbers(2, Number.NaN), 'number'),
    );
    expect(encodeOne(numbers(0, 1), words('yes', 'False'), 'boolean')).toEqual([1, 0]);
  });

  it('that are words are refused by name', () => {
    expect(() => encodeOne(numbers(0, 1), words('many'), 'number')).toThrow(/column x: holds "many"/);
  });
});

describe('categories', () => {
  const seen = words('a', 'a', 'b', 'b', 'b', 'rare', null);

  it('have one input per level, for the rare and for missing', () => {
    const encoder = fitEncoder(seen, setOf('category'), OPTIONS);
    expect(encoder.encodings[0]).toMatchObject({
      levels: ['b', 'a'],
      other: true,
      missing: true,
      typical: 'b',
    });
    expect(encodeOne(seen, words('a'), 'category')).toEqual([0, 1, 0, 0]);
    expect(encodeOne(seen, words('rare'), 'category')).toEqual([0, 0, 1, 0]);
    expect(encodeOne(seen, words(null), 'category')).toEqual([0, 0, 0, 1]);
  });

  it('unseen levels join the rare ones', () => {
    expect(encodeOne(seen, words('never seen'), 'category')).toEqual([0, 0, 1, 0]);
  });

  it('gives each level of a long list less weight', () => {
    const cities = Array.from({ length: 400 }, (_, row) => `city ${row % 8}`);
    const values = encodeOne(words(...cities), words('city 3'), 'category');
    expect(values.filter((value) => value > 0)).toEqual([0.5]);
  });

  it('unseen and missing are no level when training had neither', () => {
    expect(encodeOne(words('a', 'a', 'b', 'b'), words('c', null), 'category')).toEqual([0, 0, 0, 0]);
  });

  it('that arrive as digits match', () => {
    expect(encodeOne(words('1', '1', '2', '2'), numbers(2, Number.NaN), 'category')).toEqual([0, 1, 0, 0]);
  });
});

describe('fitEncoder', () => {
  it.each([
    ['constant', numbers(4, 4), 'always 4', 'number'],
    ['empty', numbers(Number.NaN, Number.NaN), 'no value at all', 'number'],
    ['infinite only', numbers(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY), 'never finite', 'number'],
    ['one level', words('a', 'a'), 'always a', 'category'],
    ['no level', words(null, null), 'no value at all', 'category'],
  ] as const)('drops a column that is %s', (_, frame, reason, type) => {
    const encoder = fitEncoder(frame, setOf(type), OPTIONS);
    expect(encoder).toEqual({ encodings: [], dropped: [{ feature: 'x', reason }] });
    expect(encodedWidth(encoder)).toBe(0);
  });

  it('is plain data', () => {
    const encoder = fitEncoder(numbers(0.1, 0.2, 7, Number.NaN), setOf('number'), OPTIONS);
    expect(encoderSchema.parse(JSON.parse(JSON.stringify(encoder)))).toEqual(encoder);
  });

  it('names a missing column', () => {
    const empty: FeatureFrame = { rowCount: 0, columns: new Map() };
    expect(() => fitEncoder(empty, setOf('number'), OPTIONS)).toThrow(BadInput);
    expect(() => fitEncoder(empty, setOf('number'), OPTIONS)).toThrow(
      /column x: is missing, the model was trained on another feature set/,
    );
  });
});
