import { beforeAll, describe, expect, it, vi } from 'vitest';
import { tenantOfAllRows } from '../../../features/contract/feature-frame.ts';
import { openLocalRegistry } from '../../../models/registry/local-registry.ts';
import type { ScoringModel } from '../../../models/scoring/scoring-model.ts';
import { frameOfRows, type PostedRows, readPostedRows } from '../../../serving/champions/posted-rows.ts';
import { scoreTogether } from '../../../serving/champions/score-together.ts';
import { postedAccounts } from '../../../serving/http/what-if/posted-accounts.ts';
import { smallFeatureSet } from '../linear-model.ts';
import { tenant } from '../small-marts.ts';
import { promoteSmallModel } from '../small-model.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();
let model: ScoringModel;

beforeAll(async () => {
  const registry = openLocalRegistry({ directory: await folder.path(), clock: () => new Date() });
  await promoteSmallModel(registry);
  ({ model } = await registry.load('small', 'champion'));
});

const asked = (days: readonly (number | null)[], plans: readonly (string | null)[]): PostedRows =>
  readPostedRows(
    postedAccounts(days.map((day, row) => ({ active_days_28d: day, open_tickets: 1, plan: plans[row]! }))),
    smallFeatureSet,
    new Map(),
  );

const ROWS = [
  asked([3], ['plus']),
  asked([20, null, 7], ['basic', null, 'plus']),
  asked([0], [null]),
  asked([28, 1], ['gold', 'basic']),
];

const TENANTS = [tenant('acme'), tenant('globex'), null, tenant('acme')];

describe('scoring together', () => {
  it('runs the model once per turn and gives each request the scores it would get alone', async () => {
    const spy = vi.fn(model.score);
    const score = scoreTogether({ ...model, score: spy });
    const together = await Promise.all(
      ROWS.map((rows, at) => score({ rows, tenantId: TENANTS[at]!, driversPerRow: at })),
    );
    expect(spy).toHaveBeenCalledTimes(1);
    ROWS.forEach((one, at) => {
      const alone = model.score(frameOfRows([one], smallFeatureSet), {
        driversPerRow: at,
        ...(TENANTS[at] === null ? {} : { tenantIds: tenantOfAllRows(TENANTS[at]!, one.rowCount) }),
      });
      expect(together[at]!.probabilities).toEqual(alone.probabilities);
      expect(together[at]!.bands).toEqual(alone.bands);
      expect(together[at]!.drivers).toEqual(alone.drivers.map((list) => list.slice(0, at)));
    });
  });

  it('limits the size of a turn', async () => {
    const spy = vi.fn(model.score);
    const score = scoreTogether({ ...model, score: spy });
    const ask = (rows: PostedRows) => score({ rows, tenantId: null, driversPerRow: 0 });
    const many = asked(new Array(200).fill(5), new Array(200).fill('basic'));
    await Promise.all([ask(many), ask(many), ask(many)]);
    expect(spy.mock.calls.map(([joined]) => joined.rowCount)).toEqual([200, 200, 200]);
  });

  it('fails every request of a turn when the model fails, and continues', async () => {
    let fails = true;
    const score = scoreTogether({
      ...model,
      score(joined, options) {
        if (fails) throw new Error('broken');
        return model.score(joined, options);
      },
    });
    const ask = (rows: PostedRows) => score({ rows, tenantId: null, driversPerRow: 1 });
    const both = await Promise.allSettled([ask(ROWS[0]!), ask(ROWS[1]!)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    fails = false;
    expect((await ask(ROWS[0]!)).bands).toHaveLength(1);
  });
});
