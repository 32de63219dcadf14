import { describe, expect, it } from 'vitest';
import type { FeatureFrame } from '../../../features/contract/feature-frame.ts';
import { gateFeatureDrift, gateScoreDrift } from '../../../serving/batch/drift-gates.ts';
import { DEFAULT_GATE_LIMITS } from '../../../serving/batch/gate-limits.ts';
import type { TenantFeatures } from '../../../serving/batch/read-features-by-tenant.ts';
import type { ScoredAccounts } from '../../../serving/batch/score-accounts.ts';

const ACCOUNTS = 200;
const rising = (factor = 1, plus = 0) =>
  Float64Array.from({ length: ACCOUNTS }, (_, row) => plus + (factor * row) / ACCOUNTS);

function frameOf(events: Float64Array, plan: number): FeatureFrame {
  return {
    rowCount: events.length,
    columns: new Map([
      ['events', { kind: 'number', values: events }],
      [
        'plan',
        { kind: 'category', levels: ['basic', 'plus'], codes: new Int32Array(events.length).fill(plan) },
      ],
    ]),
  };
}

function features(now: FeatureFrame, before: FeatureFrame | null): TenantFeatures {
  const previous = before === null ? null : { frame: before, rowOf: new Int32Array(ACCOUNTS) };
  return { frame: now, previous } as TenantFeatures;
}

describe('gateFeatureDrift', () => {
  const gate = (now: FeatureFrame, before: FeatureFrame | null, limits = DEFAULT_GATE_LIMITS) =>
    gateFeatureDrift(features(now, before), ['events', 'plan'], limits);
  const before = frameOf(rising(), 0);

  it('passes features that are spread as a week before', () => {
    expect(gate(frameOf(rising(), 0), before)).toEqual([
      expect.objectContaining({
        gate: 'feature_drift',
        passed: true,
        detail: expect.stringMatching(/^0 of 2 /),
      }),
    ]);
  });

  it('warns when more than half of them are not, and names the worst column', () => {
    const [result] = gate(frameOf(rising(100, 5), 1), before);
    expect(result).toMatchObject({ passed: true, isWarning: true, column: 'plan' });
    expect(gate(frameOf(rising(100, 5), 0), before)[0]).not.toHaveProperty('isWarning');
  });

  it('counts values that went missing, and refuses where its limit says so', () => {
    const limits = { ...DEFAULT_GATE_LIMITS, feature_drift: { warnAbove: null, refuseAbove: 0.4 } };
    const missing = frameOf(new Float64Array(ACCOUNTS).fill(Number.NaN), 0);
    expect(gate(missing, before, limits)).toEqual([
      expect.objectContaining({ passed: false, column: 'events' }),
    ]);
  });

  it('says nothing of few accounts, or without a week before', () => {
    expect(gate(frameOf(new Float64Array(99).fill(1), 1), before)).toEqual([]);
    expect(gate(before, null)).toEqual([]);
  });
});

describe('gateScoreDrift', () => {
  const gate = (now: Float64Array, before: Float64Array) =>
    gateScoreDrift(
      { probabilities: [now], previousProbability: before } as unknown as ScoredAccounts,
      DEFAULT_GATE_LIMITS,
    );
  const scores = rising(0.4, 0.1);

  it('passes scores that moved little', () => {
    expect(
      gate(
        scores.map((p) => p + 0.005),
        scores,
      ).map(({ passed, isWarning }) => [passed, isWarning]),
    ).toEqual([
      [true, undefined],
      [true, undefined],
    ]);
  });

  it('warns of another spread, and refuses when nearly every account moved', () => {
    const results = gate(
      scores.map((p) => p / 5),
      scores,
    );
    expect(results).toEqual([
      expect.objectContaining({ gate: 'score_drift', passed: true, isWarning: true }),
      expect.objectContaining({
        gate: 'moved_scores',
        passed: false,
        detail: expect.stringMatching(/^the odds of 200 of 200 /),
      }),
    ]);
  });

  it('leaves accounts out that had no score before', () => {
    const before = scores.map((p, row) => (row < 100 ? p : Number.NaN));
    expect(gate(scores, before)[1]!.detail).toMatch(/^the odds of 0 of 100 /);
  });
});
