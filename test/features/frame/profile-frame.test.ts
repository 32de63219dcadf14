import { expect, test } from 'vitest';
import type { FeatureColumn } from '../../../features/contract/feature-frame.ts';
import type { FeatureDefinition } from '../../../features/contract/feature-set.ts';
import { profileFrame } from '../../../features/frame/profile-frame.ts';

const { NaN: missing, POSITIVE_INFINITY: infinite } = Number;

test('numbers: statistics of the rows that have one', () => {
  expect(profiled(numbers(4, missing, 1, 3, 2, infinite))).toEqual({
    feature: 'column',
    type: 'number',
    label: 'what it means',
    unit: 'days',
    rows: 6,
    missing: 2,
    mean: 2.5,
    standard_deviation: expect.closeTo(1.2909944, 6),
    min: 1,
    p5: expect.closeTo(1.15),
    p25: 1.75,
    median: 2.5,
    p75: 3.25,
    p95: expect.closeTo(3.85),
    max: 4,
  });
});

test('numbers beyond what single precision holds', () => {
  expect(profiled(numbers(16_777_217, 16_777_217, 16_777_217))).toMatchObject({
    mean: 16_777_217,
    max: 16_777_217,
  });
});

test('a column without values, and a column with one value', () => {
  expect(profiled(numbers(missing, missing))).toMatchObject({
    missing: 2,
    mean: null,
    median: null,
    max: null,
  });
  expect(profiled(numbers(missing, 7))).toMatchObject({
    missing: 1,
    mean: 7,
    standard_deviation: null,
    p95: 7,
  });
  expect(profiled(numbers())).toMatchObject({ rows: 0, missing: 0, mean: null });
  expect(profiled(categories([]))).toMatchObject({ rows: 0, missing: 0, levels: 0, top: [] });
  expect(profiled(categories([null, null]))).toMatchObject({ rows: 2, missing: 2, levels: 0, top: [] });
});

test('booleans: the mean is the share', () => {
  expect(profiled(numbers(1, 0, 1, 1), 'boolean')).toMatchObject({ type: 'boolean', mean: 0.75 });
});

test('categories: the most frequent levels, ties by name, and how many there are', () => {
  const values = ['b', 'a', null, 'c', 'c', 'd', 'e', 'f', 'c', 'b', 'a'];
  expect(profiled(categories(values))).toMatchObject({
    type: 'category',
    rows: 11,
    missing: 1,
    levels: 6,
    top: [
      { level: 'c', rows: 3 },
      { level: 'a', rows: 2 },
      { level: 'b', rows: 2 },
      { level: 'd', rows: 1 },
      { level: 'e', rows: 1 },
    ],
  });
});

test('a level that no row has is not counted', () => {
  const column: FeatureColumn = { kind: 'category', codes: Int32Array.of(1, 1), levels: ['gone', 'here'] };
  expect(profiled(column)).toMatchObject({ levels: 1, top: [{ level: 'here', rows: 2 }] });
});

test('a frame without a column of the feature set is a defect', () => {
  expect(() =>
    profileFrame(
      { rowCount: 0, columns: new Map() },
      { name: 'set', version: 1, features: [definition('number')] },
    ),
  ).toThrow(/column/);
});

function profiled(column: FeatureColumn, type: FeatureDefinition['type'] = column.kind) {
  const rowCount = column.kind === 'number' ? column.values.length : column.codes.length;
  const frame = { rowCount, columns: new Map([['column', column]]) };
  return profileFrame(frame, { name: 'set', version: 1, features: [definition(type)] })[0];
}

function definition(type: FeatureDefinition['type']): FeatureDefinition {
  return { name: 'column', type, label: 'what it means', unit: 'days', risk_when: 'either' };
}

function numbers(...values: readonly number[]): FeatureColumn {
  return { kind: 'number', values: Float64Array.from(values) };
}

function categories(values: readonly (string | null)[]): FeatureColumn {
  const levels = [...new Set(values.filter((value) => value !== null))];
  return {
    kind: 'category',
    codes: Int32Array.from(values, (value) => (value === null ? -1 : levels.indexOf(value))),
    levels,
  };
}
