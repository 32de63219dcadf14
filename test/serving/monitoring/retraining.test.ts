import { describe, expect, it } from 'vitest';
import type { ModelCard } from '../../../models/artefact/model-card.ts';
import { fitEncoder } from '../../../models/encoding/encoder.ts';
import { driftBins, measureDrift } from '../../../serving/monitoring/models/feature-drift.ts';
import { groupedBy } from '../../../serving/monitoring/models/grouped-by.ts';
import { measureOutcomes } from '../../../serving/monitoring/models/measure-outcomes.ts';
import { recommendRetraining } from '../../../serving/monitoring/models/recommend-retraining.ts';
import { tenantReliability } from '../../../serving/monitoring/models/tenant-reliability.ts';
import { createRandom } from '../../../stats/seeded-random.ts';
import { smallFeatureSet } from '../linear-model.ts';
import { type SimulatedScores, simulatedScores } from './simulated-scores.ts';

const LONGEST = 2;
const DAYS = [20_000, 20_014];
const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);

const cardOf = (log_loss: { value: number; low: number; high: number }) =>
  ({ test: [{ target: 'churned_90d', metrics: { log_loss } }] }) as unknown as ModelCard;

function judged(simulated: Omit<SimulatedScores, 'accounts' | 'days'>, driftedWeight = 0, ageDays = 30) {
  const scores = simulatedScores({ accounts: 250, days: DAYS, ...simulated });
  const outcomes = measureOutcomes(scores, LONGEST);
  // The card promises what the world gives, with the interval of a test of this size.
  const card = cardOf({ value: 0.36, low: 0.33, high: 0.39 });
  return recommendRetraining({ card, target: 'churned_90d', outcomes, driftedWeight, ageDays });
}

const met = ({ rules }: ReturnType<typeof judged>) =>
  rules.filter(({ isMet }) => isMet).map(({ rule }) => rule);

describe('retraining', () => {
  it('is recommended for at most 2 of 20 models that are as good as their card', () => {
    const alarms = SEEDS.filter((seed) => judged({ seed }).retrain);
    expect(alarms.length).toBeLessThanOrEqual(2);
  });

  it('is recommended where forecasts are too extreme, and where the base rate doubled', () => {
    expect(met(judged({ seed: 1, truth: (_, logOdds) => -1 + 0.3 * logOdds }))).toContain(
      'calibration_slope',
    );
    expect(met(judged({ seed: 1, truth: (_, logOdds) => logOdds + 1.2 }))).toContain('log_loss');
  });

  it('is recommended where drifted features carry the scores, or the model is old', () => {
    expect(met(judged({ seed: 2 }, 0.26))).toEqual(['drift']);
    expect(met(judged({ seed: 2 }, 0.25))).toEqual([]);
    expect(met(judged({ seed: 2 }, 0, 181))).toEqual(['age']);
  });

  it('is not judged by outcomes of a handful', () => {
    const few = simulatedScores({ seed: 1, accounts: 5, days: DAYS, truth: () => 4 }).slice(0, 19);
    const { rules, retrain } = recommendRetraining({
      card: cardOf({ value: 0.1, low: 0.1, high: 0.1 }),
      target: 'churned_90d',
      outcomes: measureOutcomes(few, LONGEST),
      driftedWeight: null,
      ageDays: 0,
    });
    expect(retrain).toBe(false);
    expect(rules[0]!.detail).toContain('20 are needed');
  });
});

describe('tenants', () => {
  const reliabilityOf = (simulated: Omit<SimulatedScores, 'accounts' | 'days'>) => {
    const scores = simulatedScores({
      accounts: 250,
      // So often that rows taken for separate accounts would say far too much.
      days: Array.from({ length: 12 }, (_, week) => 20_000 + 7 * week),
      tenants: ['acme', 'globex', 'initech', 'hooli', 'umbrella'],
      ...simulated,
    });
    const byTenant = groupedBy(scores, ({ tenantId }) => tenantId);
    return tenantReliability(byTenant, LONGEST, () => ({ value: null, low: null, high: null }));
  };

  it('one whose base rate rose is found, for any seed, and the others are not', () => {
    for (const seed of SEEDS) {
      const off = reliabilityOf({ seed, truth: (id, logOdds) => logOdds + (id === 'globex' ? 1.3 : 0) })
        .filter(({ isMiscalibrated }) => isMiscalibrated)
        .map(({ tenantId }) => tenantId);
      expect(off, `seed ${seed}`).toContain('globex');
    }
  });

  it('at most 2 of 100 that came true are called off', () => {
    const off = SEEDS.flatMap((seed) => reliabilityOf({ seed })).filter(
      ({ isMiscalibrated }) => isMiscalibrated,
    );
    expect(off.length).toBeLessThanOrEqual(2);
  });
});

describe('drift', () => {
  const values = (seed: string, rows: number, shift: number) => {
    const random = createRandom(seed);
    return Float64Array.from({ length: rows }, () =>
      Math.round(10 * Math.exp(0.7 * random.normal() + shift)),
    );
  };
  const frameOf = (active: Float64Array) => ({
    rowCount: active.length,
    columns: new Map([
      ['active_days_28d', { kind: 'number', values: active } as const],
      ['open_tickets', { kind: 'number', values: active.map((value) => value % 4) } as const],
      ['plan', { kind: 'category', codes: new Int32Array(active.length), levels: ['basic'] } as const],
    ]),
  });
  const encoder = (piecewiseBins: number) =>
    fitEncoder(frameOf(values('training', 2_000, 0)), smallFeatureSet, {
      piecewiseBins,
      linear: true,
      rareRows: 20,
      maximumLevels: 64,
    });

  it.each([8, 0])(
    'with %i bins: a shifted feature is flagged, and at most 1 of 20 that did not move',
    (bins) => {
      const [active] = driftBins([encoder(bins)]);
      const driftOf = (seed: number, rows: number, shift: number) => {
        const counted = (name: string, by: number) => {
          const column = { kind: 'number', values: values(`${name} ${seed}`, rows, by) } as const;
          return { counts: active!.count(column, 0, rows), accounts: rows };
        };
        return measureDrift(counted('reference', 0), counted('current', shift), 200);
      };
      for (const rows of [60, 1_000]) {
        expect(SEEDS.filter((seed) => driftOf(seed, rows, 0).isFlagged).length).toBeLessThanOrEqual(1);
        expect(SEEDS.filter((seed) => driftOf(seed, rows, 1.1).isFlagged).length).toBeGreaterThanOrEqual(19);
      }
    },
  );

  it('a small shift of many accounts is beyond chance, and too small to matter', () => {
    const counts = { counts: Float64Array.of(50_000, 50_000), accounts: 100_000 };
    const moved = measureDrift(counts, { counts: Float64Array.of(51_500, 48_500), accounts: 100_000 }, 1);
    expect(moved.psi).toBeGreaterThan(moved.critical);
    expect(moved.isFlagged).toBe(false);
  });

  it('rows of the same accounts count as those accounts', () => {
    const once = measureDrift(
      { counts: Float64Array.of(30, 30), accounts: 60 },
      { counts: Float64Array.of(45, 15), accounts: 60 },
      1,
    );
    const fourTimes = measureDrift(
      { counts: Float64Array.of(120, 120), accounts: 60 },
      { counts: Float64Array.of(45, 15), accounts: 60 },
      1,
    );
    expect(fourTimes).toEqual(once);
  });
});
