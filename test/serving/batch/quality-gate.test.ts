import { describe, expect, it } from 'vitest';
import type { FeatureFrame } from '../../../features/contract/feature-frame.ts';
import { gateFeatures, gateProbabilities, QUALITY_GATE_LIMITS } from '../../../serving/batch/quality-gate.ts';
import type { GateResult } from '../../../serving/scores-mart/score-runs.ts';

const refused = (results: readonly GateResult[]) =>
  results.filter(({ passed }) => !passed).map(({ gate }) => gate);

function frameOf(values: readonly number[]): FeatureFrame {
  return {
    rowCount: values.length,
    columns: new Map([['x', { kind: 'number', values: Float64Array.from(values) }]]),
  };
}

describe('gateFeatures', () => {
  const gate = (values: readonly number[], previousRows: number | null, names = ['x']) =>
    refused(gateFeatures(frameOf(values), names, previousRows, QUALITY_GATE_LIMITS));
  const ones = (count: number) => new Array<number>(count).fill(1);

  it('passes ordinary rows, on the first night and later', () => {
    expect(gate(ones(30), null)).toEqual([]);
    expect(gate(ones(30), 31)).toEqual([]);
  });

  it('refuses no rows at all', () => expect(gate([], null)).toEqual(['rows_read']));

  it('refuses a collapse in rows, but not for a small tenant', () => {
    expect(gate(ones(14), 30)).toEqual(['row_count_held']);
    expect(gate(ones(15), 30)).toEqual([]);
    expect(gate(ones(2), 19)).toEqual([]);
  });

  it('refuses features that are mostly missing; an absent column counts as missing', () => {
    expect(gate([1, ...new Array<number>(9).fill(Number.NaN)], null)).toEqual(['missing_share']);
    expect(gate(ones(10), null, ['x', 'a', 'b', 'c', 'd', 'e'])).toEqual(['missing_share']);
  });
});

describe('gateProbabilities', () => {
  const gate = (...probabilities: readonly number[][]) =>
    refused(
      gateProbabilities(
        probabilities.map((values) => Float64Array.from(values)),
        QUALITY_GATE_LIMITS,
      ),
    );

  it('passes probabilities', () => expect(gate([0, 0.5, 1])).toEqual([]));

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -0.01, 1.01])('refuses %d', (value) => {
    expect(gate([0.5, value], [0.5, 0.6])).toEqual(['probabilities_valid']);
  });

  it('refuses one score for all accounts, unless there are only a few', () => {
    expect(gate(new Array<number>(20).fill(0.3))).toEqual(['probabilities_vary']);
    expect(gate(new Array<number>(19).fill(0.3))).toEqual([]);
  });
});
