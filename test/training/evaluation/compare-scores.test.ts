import { describe, expect, it } from 'vitest';
import { auc } from '../../../stats/auc.ts';
import { logLoss } from '../../../stats/log-loss.ts';
import { createRandom } from '../../../stats/seeded-random.ts';
import { compareScores } from '../../../training/evaluation/compare-scores.ts';

const ROWS = 3_000;
const random = createRandom(3);
const groups = Int32Array.from({ length: ROWS }, (_, row) => row % 600);
/** What an account's odds really are; each account is as hard for one model as for the other. */
const truth = Float64Array.from(groups, (group) => 1 / (1 + Math.exp(2 - 3 * Math.sin(group))));
const labels = truth.map((probability) => Number(random.next() < probability));
/** Forecasts that know the truth up to so much noise, in log-odds. */
const forecast = (noise: number) =>
  truth.map((p) => 1 / (1 + Math.exp(-(Math.log(p / (1 - p)) + noise * (random.next() - 0.5)))));

function compared(candidate: Float64Array, champion: Float64Array) {
  const [target] = compareScores({
    targets: ['churned'],
    labels: [labels],
    candidate: [candidate],
    champion: [champion],
    groups,
    seed: 1,
  });
  return target!;
}

describe('compareScores', () => {
  it('tells a clearly worse model from a better one, by the figures of both', () => {
    const [good, bad] = [forecast(0.2), forecast(8)];
    const worse = compared(bad, good);
    expect(worse.verdict).toEqual({ auc: 'worse', log_loss: 'worse' });
    expect(worse.candidate.auc).toBeCloseTo(auc(labels, bad), 12);
    expect(worse.candidate.log_loss).toBeCloseTo(logLoss(labels, bad), 12);
    expect(worse.difference.auc.value).toBeCloseTo(auc(labels, bad) - auc(labels, good), 12);
    expect(worse.difference.auc.low!).toBeLessThan(worse.difference.auc.value!);
    expect(worse.difference.auc.high!).toBeGreaterThan(worse.difference.auc.value!);
    const better = compared(good, bad);
    expect(better.verdict).toEqual({ auc: 'better', log_loss: 'better' });
    expect(better.difference.auc.value).toBe(-worse.difference.auc.value!);
  });

  it('leaves two that differ by chance undecided', () => {
    const { verdict, rows, churned } = compared(forecast(0.5), forecast(0.5));
    expect(verdict).toEqual({ auc: 'undecided', log_loss: 'undecided' });
    expect([rows, churned]).toEqual([ROWS, labels.reduce((sum, label) => sum + label, 0)]);
  });

  it('is surer of the difference than of either figure', () => {
    const champion = forecast(0.5);
    // The same forecasts in which a few are a little off: what makes an account hard is hard for both.
    const candidate = champion.map((p, row) => (row % 50 === 0 ? p * 0.9 : p));
    const { difference } = compared(candidate, champion);
    const alone = compared(champion, new Float64Array(ROWS).fill(0.5));
    const width = ({ low, high }: typeof difference.auc) => high! - low!;
    expect(width(difference.auc)).toBeLessThan(width(alone.difference.auc) / 5);
  });

  it('does not refuse for a difference that changes no decision, however sure it is', () => {
    const champion = forecast(0.2);
    const candidate = champion.map((p) => p * 0.999);
    expect(compared(candidate, champion).verdict).toEqual({ auc: 'undecided', log_loss: 'undecided' });
  });

  it('says nothing of a label that no row has, or that all have', () => {
    const unknown = new Float64Array(ROWS).fill(Number.NaN);
    const [none, one] = compareScores({
      targets: ['none', 'one'],
      labels: [unknown, new Float64Array(ROWS).fill(0)],
      candidate: [truth, truth],
      champion: [truth, truth],
      groups,
      seed: 1,
    });
    expect(none).toMatchObject({ rows: 0, candidate: { auc: null }, verdict: { auc: 'undecided' } });
    expect(one).toMatchObject({ rows: ROWS, champion: { auc: null }, verdict: { auc: 'undecided' } });
  });
});
